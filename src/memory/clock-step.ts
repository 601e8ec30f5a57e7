/** A stretch of time of which something is remembered, Unix milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was noted later than `since` has to be moved by `byMs` to stand where it belongs by the clock as it is now. */
export interface ClockStep {
  readonly since: number;
  readonly byMs: number;
}

/** No daemon was off or asleep for so long while a process that it watches lived on. */
const LONGEST_GAP_MS = 30 * 86_400_000;
const GAPS = 4;

/**
 * How the clock was set since what is remembered, where that shows: the time is not after the newest one, or
 * more than 30 days after it. A shorter way forward is a gap in which nobody looked, as when the daemon was
 * off. That times tell it, and no monotonic clock, holds for what was read back after a restart too; a step
 * that is shorter than the gap between two of them does no harm.
 *
 * Since the newest as long passed as usual. A clock set back may be one that was ahead for a while, so the
 * way back is taken out of the newest gap that is wider by as much: what was noted before that stays.
 *
 * Example, in minutes: noted at 0 1 2, then at 63 64, and now it is 5: 63 and 64 are moved by −60.
 */
export function clockStepAt(
  at: number,
  newestMs: number,
  remembered: () => readonly Stretch[],
): ClockStep | undefined {
  if (at > newestMs && at - newestMs <= LONGEST_GAP_MS) return undefined;
  const stretches = remembered();
  const usualMs = usualGapMs(stretches);
  const byMs = at - newestMs - usualMs;
  return { since: byMs < 0 ? beforeGap(stretches, usualMs / 2 - byMs) : -Infinity, byMs };
}

export function afterStep(time: number, { since, byMs }: ClockStep): number {
  return time > since ? time + byMs : time;
}

/** What a step is off by where as long passed as usual. */
const TOLERANCE_MS = 60_000;

/**
 * The start of a process as it is told by the clock as it is now. Linux tells it by the boot of the host, which moves
 * when its clock is set (proc(5), btime), so that a process beside the daemon seems to be another one.
 */
export function startAfterStep<Start extends number | undefined>(
  known: Start,
  told: Start,
  { byMs }: ClockStep,
): Start {
  const movedMs = (told ?? Number.NaN) - (known ?? Number.NaN);
  return Math.abs(movedMs - byMs) <= TOLERANCE_MS ? told : known;
}

function usualGapMs(stretches: readonly Stretch[]): number {
  const newest = stretches.slice(-1 - GAPS);
  const gaps = newest.slice(1).map(({ fromMs }, i) => fromMs - (newest[i]?.toMs ?? fromMs));
  return gaps.length === 0 ? 0 : Math.min(...gaps);
}

/** When the newest gap that is as wide began; it may lie within a stretch. */
function beforeGap(stretches: readonly Stretch[], widthMs: number): number {
  const times = stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const after = times.findLastIndex((time, i) => i > 0 && time - (times[i - 1] ?? time) >= widthMs);
  return times[after - 1] ?? -Infinity;
}
