/** How many neighbours on each side tell what a usual step is. */
const NEIGHBOURS = 8;
const TOO_LONG = 3;

/**
 * Before which of these times, oldest first, nothing was read for so long that a line through it would
 * be made up: a step of more than three times what is usual on either side of it. Older points stand
 * wider apart than newer ones, so each side has a measure of its own.
 */
export function gapsIn(times: readonly number[]): ReadonlySet<number> {
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const gaps = steps.flatMap((step, index) => {
    const before = median(steps.slice(Math.max(0, index - NEIGHBOURS), index));
    const after = median(steps.slice(index + 1, index + 1 + NEIGHBOURS));
    const usual = Math.max(before, after);
    return usual > 0 && step > TOO_LONG * usual ? [times[index + 1] ?? 0] : [];
  });
  return new Set(gaps);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
