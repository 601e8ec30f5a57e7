import { scaleLinear, scaleUtc } from 'd3-scale';

/** Where the lines of a scale stand. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** From 0 up to `highest`, at most `most` steps of a round size: powers of two for bytes, else 1, 2 or 5 and zeros. */
export function valueTicks(highest: number, unit: 'bytes' | 'count', most: number): number[] {
  if (unit === 'bytes') return byteTicks(highest, most);
  const scale = scaleLinear([0, highest], [0, 1]);
  return fewEnough(most, (count) => scale.ticks(count).filter(Number.isInteger));
}

/** The library's scales are round in tens, and 500MiB is no round size. */
function byteTicks(highest: number, most: number): number[] {
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(highest / most)));
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step);
}

/** Round times between two moments, in UTC and to the second, at most `most` steps. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const scale = scaleUtc([from, to], [0, 1]);
  return fewEnough(most, (count) =>
    scale
      .ticks(count)
      .map(Number)
      .filter((at) => at % SECOND === 0),
  );
}

/** The library takes the number it is asked for as a hint, and may give twice as many. */
function fewEnough(most: number, ticksOf: (count: number) => number[]): number[] {
  let ticks = ticksOf(most);
  for (let count = most - 1; count > 0 && ticks.length > most + 1; count--) ticks = ticksOf(count);
  return ticks;
}

/** `15:04`, `15:04:05` within a few minutes, and `Jan 2` where a day begins. */
export function timeLabel(at: number, spanMs: number): string {
  if (at % DAY === 0) {
    return new Date(at).toLocaleDateString('en', {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
    });
  }
  const iso = new Date(at).toISOString();
  return spanMs < 5 * MINUTE ? iso.slice(11, 19) : iso.slice(11, 16);
}
