import { formatDuration } from '../config/units.ts';
import type { MemoryPoint, Recent } from './recent.ts';

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
export function judgeGrowth(recent: Recent): { whole: Growth; newest: Growth } {
  const since = recent.at(recent.length - 1) - NEWEST_MS;
  let first = 0;
  while (recent.at(first) < since) first += 1;
  const whole = judgeWindow(recent, 0);
  const enough = first > 0 && recent.length - first >= MIN_READINGS;
  return { whole, newest: enough ? judgeWindow(recent, first) : whole };
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
 * the wrong order, so tau is (44 − 1) / 45 = 0.96; the median slope is 3 MiB a minute, 180 MiB/h.
 */
function judgeWindow(recent: Recent, from: number): Growth {
  const reason = whyNotYet(recent, from);
  if (reason !== undefined) return { kind: 'unknown', reason };
  const floors = floorsOf(recent, from);
  if (floors.length < MIN_FLOORS) {
    return { kind: 'unknown', reason: `${floors.length} of ${MIN_FLOORS} parts of the time seen` };
  }
  const slopes = slopesThrough(floors).sort();
  const signs = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0);
  return {
    kind: 'judged',
    bytesPerHour: median(slopes),
    spanMs: spanOf(recent, from),
    tau: signs / slopes.length,
  };
}

function whyNotYet(recent: Recent, from: number): string | undefined {
  const readings = recent.length - from;
  if (readings < MIN_READINGS) return `${readings} of ${MIN_READINGS} readings`;
  const gcs = recent.gcCount(recent.length - 1) - recent.gcCount(from);
  const span = spanOf(recent, from);
  if (Number.isNaN(gcs)) {
    return span < MIN_SPAN_MS
      ? `${formatDuration(span)} of ${formatDuration(MIN_SPAN_MS)}`
      : undefined;
  }
  return gcs < MIN_GCS ? `${gcs} of ${MIN_GCS} GCs in ${formatDuration(span)}` : undefined;
}

function spanOf(recent: Recent, from: number): number {
  return recent.at(recent.length - 1) - recent.at(from);
}

function floorsOf(recent: Recent, from: number): readonly MemoryPoint[] {
  const parts = Math.min(MAX_FLOORS, recent.length - from);
  const partMs = (spanOf(recent, from) + 1) / parts;
  const floors: MemoryPoint[] = [];
  let part = -1;
  for (let index = from; index < recent.length; index++) {
    const at = recent.at(index);
    const bytes = recent.bytes(index);
    const next = Math.floor((at - recent.at(from)) / partMs);
    if (next !== part) floors.push({ at, bytes });
    else if (bytes < (floors.at(-1)?.bytes ?? 0)) floors[floors.length - 1] = { at, bytes };
    part = next;
  }
  return floors;
}

/** Bytes an hour, of each floor and each after it. */
function slopesThrough(floors: readonly MemoryPoint[]): Float64Array {
  const slopes = new Float64Array((floors.length * (floors.length - 1)) / 2);
  let pair = 0;
  for (const [index, late] of floors.entries()) {
    for (const early of floors.slice(0, index)) {
      slopes[pair++] = ((late.bytes - early.bytes) / (late.at - early.at)) * HOUR_MS;
    }
  }
  return slopes;
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
