import type { Reading } from './reading.ts';

/**
 * The reading with what its process was started with, where only an earlier one of the same process tells that: of the
 * sources `/metrics` alone tells GOMEMLIMIT, the start, and what was built. Anything that speaks for
 * another process (fewer collections, or fewer bytes allocated in all) leaves it as it is.
 */
export function withWhatItStartedWith(reading: Reading, before: Reading | undefined): Reading {
  if (before === undefined || reading.source === 'metrics' || hasFallen(before, reading)) {
    return reading;
  }
  const { limitBytes, startedAt, goVersion, revision } = before;
  const known = { limitBytes, startedAt, goVersion };
  return revision === undefined ? { ...reading, ...known } : { ...reading, ...known, revision };
}

/** What one of the two does not tell, compares as NaN and so speaks against nothing. */
function hasFallen(before: Reading, now: Reading): boolean {
  const gcs = (now.gcCount ?? Number.NaN) - (before.gcCount ?? Number.NaN);
  const allocated = (now.allocatedBytes ?? Number.NaN) - (before.allocatedBytes ?? Number.NaN);
  return gcs < 0 || allocated < 0;
}
