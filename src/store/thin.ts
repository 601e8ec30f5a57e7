/**
 * Which of a target's profiles to keep, by their times, oldest first: their positions. Half of `keep`
 * are the newest. Of those before, the oldest stays, and the others go where they stand closest
 * together for their age, so that what is left looks back over minutes, hours and days: a baseline for
 * a slow leak as for a fast one. With one a minute, 8 kept after an hour stand at 0, 28, 44, 52, 56 … 59.
 */
export function thin(times: readonly number[], keep: number): readonly number[] {
  const kept = times.map((_, position) => position);
  const dense = Math.ceil(keep / 2);
  while (kept.length > keep) {
    kept.splice(
      leastMissed(
        kept.map((position) => times[position] ?? 0),
        dense,
      ),
      1,
    );
  }
  return kept;
}

/** The one whose neighbours are closest together for its age; the oldest where nothing else may go. */
function leastMissed(times: readonly number[], dense: number): number {
  const newest = times.at(-1) ?? 0;
  const gapForAge = (i: number) =>
    ((times[i + 1] ?? newest) - (times[i - 1] ?? 0)) / (newest - (times[i] ?? 0) + 1);
  const candidates = times.map((_, i) => i).slice(1, Math.max(1, times.length - dense));
  return candidates.reduce(
    (best, i) => (best === 0 || gapForAge(i) < gapForAge(best) ? i : best),
    0,
  );
}
