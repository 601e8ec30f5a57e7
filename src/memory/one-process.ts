import type { Reading } from './reading.ts';

/** After longer than this without a reading, another process may have come by as far. */
const MAX_GAP_MS = 3_600_000;

/**
 * The reading with what its process was started with, where only an earlier one of the same process tells that: of the
 * sources `/metrics` alone tells GOMEMLIMIT, the start, and what was built. Anything that speaks for
 * another process (fewer collections, fewer bytes allocated in all, an hour without readings) leaves it as it is.
 */
export function withWhatItStartedWith(reading: Reading, before: Reading | undefined): Reading {
  if (before === undefined || reading.source === 'metrics' || isAnother(before, reading)) {
    return reading;
  }
  const { limitBytes, startedAt, goVersion, revision } = before;
  const known = { limitBytes, startedAt, goVersion };
  return revision === undefined ? { ...reading, ...known } : { ...reading, ...known, revision };
}

/** What one of the two does not tell, compares as NaN and so speaks against nothing. */
function isAnother(before: Reading, now: Reading): boolean {
  const gcs = (now.gcCount ?? Number.NaN) - (before.gcCount ?? Number.NaN);
  const allocated = (now.allocatedBytes ?? Number.NaN) - (before.allocatedBytes ?? Number.NaN);
  return gcs < 0 || allocated < 0 || Math.abs(now.at - before.at) > MAX_GAP_MS;
}
