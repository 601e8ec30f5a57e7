import { allocatedBy, fromMs, readingsIn, toMs, type Cells, type Span } from './cells.ts';
import type { Channel } from './channel.ts';

/** How the floors of one channel moved over a window, cut into six blocks; in the unit of the channel. */
export interface Trend {
  readonly kind: Channel['kind'];
  readonly unit: Channel['unit'];
  readonly spanMs: number;
  readonly readings: number;
  readonly firstFloor: number;
  readonly lastFloor: number;
  readonly growth: number;
  /** Standard error of the growth: of what the floors stray from a line, and of counts also their root. */
  readonly growthError: number;
  /** Growth in standard errors. */
  readonly z: number;
  /** Of the five steps from block to block. */
  readonly rises: number;
  readonly largestStep: number;
  readonly largestFall: number;
  /** The highest floor of any stretch before the last block. */
  readonly peak: number;
  /** Growth over the later three blocks in that over the earlier three. */
  readonly levelling: number;
  /** How many times as much was allocated, for each hour, in the last block as in the first; at least 1. */
  readonly traffic: number;
  /** The same of the later half, in the earlier half; 1 where what is allocated is not told. */
  readonly pace: number;
  readonly perHour: number;
  /** Standard error of `perHour`. */
  readonly perHourError: number;
  readonly sinceMs: number;
}

const BLOCKS = 6;
const HOUR_MS = 3_600_000;
/** So many cells are cut into six blocks of about one length. */
export const MIN_CELLS = 12;

/** The newest of a process's cells, cut into six blocks: what of a trend is the same for each channel. */
export interface Window extends Pick<
  Trend,
  'spanMs' | 'readings' | 'sinceMs' | 'traffic' | 'pace'
> {
  readonly cells: Cells;
  readonly from: number;
  readonly blocks: readonly Span[];
  /** Of each block, Unix milliseconds. */
  readonly middles: readonly number[];
}

/** The cells from a number on; `undefined` where they are too few. */
export function windowFrom(cells: Cells, from: number): Window | undefined {
  const { length } = cells;
  if (length - from < MIN_CELLS) return undefined;
  const edge = (block: number) => from + Math.round((block * (length - from)) / BLOCKS);
  const blocks = Array.from({ length: BLOCKS }, (_, i) => ({ from: edge(i), to: edge(i + 1) }));
  return {
    cells,
    from,
    blocks,
    middles: blocks.map((block) => (fromMs(cells, block.from) + toMs(cells, block.to - 1)) / 2),
    ...extentOf(cells, from),
    traffic: trafficOver(cells, blocks),
    pace: paceOf(cells, from),
  };
}

/** `undefined` where the channel is not told throughout. */
export function measureTrend(channel: Channel, window: Window): Trend | undefined {
  const floors = floorsOf(channel, window);
  if (floors === undefined) return undefined;
  const { cells, from, middles, spanMs, readings, sinceMs, traffic, pace } = window;
  const { kind, unit } = channel;
  const before = channel.floorOf(cells, { from: 0, to: from }) ?? 0;
  const peak = Math.max(before, ...floors.slice(0, -1));
  const moved = movement(middles, floors, unit);
  return { kind, unit, spanMs, readings, sinceMs, traffic, pace, peak, ...moved };
}

/** The growth that a trend would tell, NaN where there is none: most channels of most targets need no more. */
export function growthOver(channel: Channel, window: Window): number {
  const floors = floorsOf(channel, window);
  return (floors?.at(-1) ?? Number.NaN) - (floors?.[0] ?? Number.NaN);
}

function floorsOf(channel: Channel, { cells, blocks }: Window): readonly number[] | undefined {
  const floors: number[] = [];
  for (const block of blocks) {
    const floor = channel.floorOf(cells, block);
    if (floor === undefined) return undefined;
    floors.push(floor);
  }
  return floors;
}

export function extentOf(
  cells: Cells,
  from: number,
): Pick<Trend, 'spanMs' | 'readings' | 'sinceMs'> {
  const { length } = cells;
  if (from >= length) return { spanMs: 0, readings: 0, sinceMs: 0 };
  const sinceMs = fromMs(cells, from);
  return {
    spanMs: toMs(cells, length - 1) - sinceMs,
    readings: readingsIn(cells, from, length),
    sinceMs,
  };
}

function movement(at: readonly number[], floors: readonly number[], unit: Channel['unit']) {
  const [first = 0, , third = 0, fourth = 0, , last = 0] = floors;
  const steps = floors.slice(1).map((floor, i) => floor - (floors[i] ?? 0));
  const line = fit(at, floors);
  const growth = last - first;
  const chance = unit === 'goroutines' ? Math.max(1, last) : 1;
  const growthError = Math.sqrt(2 * line.residual + chance);
  return {
    firstFloor: first,
    lastFloor: last,
    growth,
    growthError,
    z: growth / growthError,
    rises: steps.filter((step) => step > 0).length,
    largestStep: Math.max(...steps),
    largestFall: Math.max(0, ...steps.map((step) => -step)),
    levelling: third > first ? (last - fourth) / (third - first) : 0,
    perHour: line.slope * HOUR_MS,
    perHourError: line.slopeError * HOUR_MS,
  };
}

/** The least-squares line through the floors: its slope, and the variance of what strays from it. */
function fit(at: readonly number[], floors: readonly number[]) {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanAt, meanFloor] = [mean(at), mean(floors)];
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  floors.forEach((floor, i) => {
    const dx = (at[i] ?? 0) - meanAt;
    sxx += dx * dx;
    sxy += dx * (floor - meanFloor);
    syy += (floor - meanFloor) ** 2;
  });
  const slope = sxx > 0 ? sxy / sxx : 0;
  const residual = Math.max(0, syy - slope * sxy) / (floors.length - 2);
  return { slope, residual, slopeError: sxx > 0 ? Math.sqrt(residual / sxx) : 0 };
}

/** 1 where what is allocated is not told. */
function trafficOver(cells: Cells, blocks: readonly Span[]): number {
  const [first, last] = [allocationRate(cells, blocks[0]), allocationRate(cells, blocks.at(-1))];
  return first > 0 ? Math.max(1, last / first) : 1;
}

function paceOf(cells: Cells, from: number): number {
  const to = cells.length;
  const middle = from + Math.floor((to - from) / 2);
  const earlier = allocationRate(cells, { from, to: middle + 1 });
  const later = allocationRate(cells, { from: middle, to });
  return earlier > 0 && later > 0 ? later / earlier : 1;
}

/** Bytes a millisecond; 0 where it is not told. */
function allocationRate(cells: Cells, { from, to }: Span = { from: 0, to: 0 }): number {
  if (to <= from) return 0;
  const bytes = allocatedBy(cells, to - 1) - allocatedBy(cells, from);
  const ms = toMs(cells, to - 1) - toMs(cells, from);
  return ms > 0 && !Number.isNaN(bytes) ? bytes / ms : 0;
}
