import { HEAP_SAMPLE_TYPES, ProfileError } from './profile.ts';
import type { Profile } from './profile.ts';
import { listedAs } from './sample-type.ts';

/** Throws a `ProfileError` unless the profile counts what a heap profile counts. */
export function requireHeapProfile(profile: Profile): void {
  const seen = profile.sampleTypes;
  if (seen === undefined) return;
  const missing = HEAP_SAMPLE_TYPES.map(listedAs).filter((type) => !seen.includes(type));
  if (missing.length === 0) return;
  throw new ProfileError(
    `profile: no Go heap profile, since it has the sample types ${seen.join(', ')} and not ` +
      `${missing.join(', ')}; ask for /debug/pprof/heap`,
    { kind: 'not_heap' },
  );
}

/**
 * Throws a `ProfileError` unless the profile shows a heap at one moment, sampled: what growth can be
 * judged from.
 */
export function requireHeapSnapshot(profile: Profile): void {
  requireHeapProfile(profile);
  if (profile.durationMs !== 0 || hasNegative(profile)) {
    throw new ProfileError(
      'profile: a difference between two moments, not a snapshot; ask for /debug/pprof/heap without seconds',
      { kind: 'delta' },
    );
  }
  if (profile.periodBytes <= 0) {
    throw new ProfileError(
      'profile: the service does not sample its heap (runtime.MemProfileRate is 0), so nothing can be seen; ' +
        'leave runtime.MemProfileRate at its default',
      { kind: 'disabled' },
    );
  }
}

/** A scanned profile has none, and its values are not to be read for this alone. */
function hasNegative(profile: Profile): boolean {
  if (profile.code !== undefined) return false;
  return HEAP_SAMPLE_TYPES.some((type) => profile.values[type].some((value) => value < 0));
}
