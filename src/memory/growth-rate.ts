import { formatDuration } from '../config/units.ts';
import type { MemoryPoint } from './recent.ts';

/** How memory moved over a window: not yet to be judged, and why; or its rate and its steadiness. */
export type Growth =
  | { readonly kind: 'unknown'; readonly reason: string }
  | {
      readonly kind: 'judged';
      readonly bytesPerHour: number;
      readonly spanMs: number;
      /** Kendall's tau of the floors over time: 1 where each is above all before it, about 0 for noise. */
      readonly tau: number;
    };

const MIN_READINGS = 10;
const MIN_GCS = 4;
/** Where no GC count is told; the runtime collects at least every 2 minutes (runtime: forcegcperiod). */
const MIN_SPAN_MS = 600_000;
const MAX_FLOORS = 12;
const MIN_FLOORS = 8;
const NEWEST_MS = 900_000;
const HOUR_MS = 3_600_000;

/**
 * Growth over all recent points, where a slow leak shows, and over those of the last quarter of an
 * hour, where one shows that began lately. The two are the same while the last quarter has too few.
 */
export function judgeGrowth(recent: readonly MemoryPoint[]): { whole: Growth; newest: Growth } {
  const last = recent.at(-1)?.at ?? 0;
  const newest = recent.filter(({ at }) => at >= last - NEWEST_MS);
  const whole = judgeWindow(recent);
  const enough = newest.length >= MIN_READINGS && newest.length < recent.length;
  return { whole, newest: enough ? judgeWindow(newest) : whole };
}

/**
 * The window is cut into at most 12 parts of the same length, and each part gives its lowest point,
 * its floor: what is left after a collection rather than the garbage on top. The rate is the
 * Theil–Sen slope through the floors (the median of the slopes of all pairs; P. K. Sen, JASA 63,
 * 1968), which one odd floor in four cannot move. Whether it is more than noise, Kendall's tau of
 * the floors tells: among 10 floors without a trend it reaches 0.85 once in 17,000. A least-squares
 * line was no choice: it takes a single step, or half a wave, for a trend.
 *
 * Between two collections garbage grows as steadily as any leak, so nothing is judged before a
 * window holds four of them.
 *
 * Worked: floors 100 103 101 106 109 112 115 118 121 124 MiB a minute apart have one pair of 45 in
 * the wrong order, so tau is (44 − 1) / 45 = 0.96; the median slope is 2.8 MiB a minute, 165 MiB/h.
 */
function judgeWindow(points: readonly MemoryPoint[]): Growth {
  const reason = whyNotYet(points);
  if (reason !== undefined) return { kind: 'unknown', reason };
  const floors = floorsOf(points);
  if (floors.length < MIN_FLOORS) {
    return { kind: 'unknown', reason: `${floors.length} of ${MIN_FLOORS} parts of the time seen` };
  }
  const pairs = pairsOf(floors);
  const slopes = pairs.map(([a, b]) => ((b.bytes - a.bytes) / (b.at - a.at)) * HOUR_MS);
  const signs = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0);
  return {
    kind: 'judged',
    bytesPerHour: median(slopes),
    spanMs: spanOf(points),
    tau: signs / pairs.length,
  };
}

function whyNotYet(points: readonly MemoryPoint[]): string | undefined {
  if (points.length < MIN_READINGS) return `${points.length} of ${MIN_READINGS} readings`;
  const first = points[0]?.gcCount;
  const last = points.at(-1)?.gcCount;
  const span = spanOf(points);
  if (first === undefined || last === undefined) {
    return span < MIN_SPAN_MS
      ? `${formatDuration(span)} of ${formatDuration(MIN_SPAN_MS)}`
      : undefined;
  }
  const gcs = last - first;
  return gcs < MIN_GCS ? `${gcs} of ${MIN_GCS} GCs in ${formatDuration(span)}` : undefined;
}

function spanOf(points: readonly MemoryPoint[]): number {
  return (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
}

function floorsOf(points: readonly MemoryPoint[]): readonly MemoryPoint[] {
  const parts = Math.min(MAX_FLOORS, points.length);
  const partMs = (spanOf(points) + 1) / parts;
  const floors = new Map<number, MemoryPoint>();
  for (const point of points) {
    const part = Math.floor((point.at - (points[0]?.at ?? 0)) / partMs);
    const floor = floors.get(part);
    if (floor === undefined || point.bytes < floor.bytes) floors.set(part, point);
  }
  return [...floors.values()];
}

function pairsOf<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as const));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
