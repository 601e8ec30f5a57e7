/** Where the lines of a scale stand. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 5, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 90].map((days) => days * DAY),
];

/** From 0 up to `highest`, at most `most` steps of a round size: powers of two for bytes, else 1, 2 or 5 and zeros. */
export function valueTicks(highest: number, unit: 'bytes' | 'count', most: number): number[] {
  const step = unit === 'bytes' ? powerOfTwo(highest / most) : roundDecimal(highest / most);
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step);
}

function powerOfTwo(least: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(least)));
}

function roundDecimal(least: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  return [1, 2, 5, 10].map((digit) => digit * scale).find((step) => step >= least) ?? 10 * scale;
}

/** Round times between two moments, in UTC, at most `most`. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const longest = TIME_STEPS.at(-1) ?? DAY;
  const step = TIME_STEPS.find((one) => (to - from) / one <= most) ?? longest;
  const first = Math.ceil(from / step) * step;
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, index) => first + index * step,
  );
}

/** `15:04`, `15:04:05` within a few minutes, `Jan 2` where days are told apart. */
export function timeLabel(at: number, spanMs: number): string {
  const iso = new Date(at).toISOString();
  if (spanMs > 3 * DAY) {
    return new Date(at).toLocaleDateString('en', {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
    });
  }
  return spanMs < 5 * MINUTE ? iso.slice(11, 19) : iso.slice(11, 16);
}
