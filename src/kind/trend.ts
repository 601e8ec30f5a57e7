import { allocatedBy, fromMs, readingsIn, toMs } from './cells.ts';
import type { Cells, Span } from './cells.ts';
import type { Channel } from './channel.ts';

/** How the floors of one channel moved over a window, cut into six blocks; in the unit of the channel. */
export interface Trend {
  readonly kind: Channel['kind'];
  readonly unit: Channel['unit'];
  readonly spanMs: number;
  /** Of that, the time in which readings came: a while without any counts as one profile's. */
  readonly coveredMs: number;
  readonly readings: number;
  readonly firstFloor: number;
  readonly lastFloor: number;
  readonly growth: number;
  /** That, and what has come since the last block began, where its floor stands. */
  readonly growthToNow: number;
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
  /** The same of those before the window; 0 where it is all of the life. */
  readonly before: number;
  /** Of the readings of the process's life, those in the window. */
  readonly part: number;
  /** The rate of growth over the later three blocks in that over the earlier three. */
  readonly levelling: number;
  /** How many times as much was allocated, for each hour, in the last block as in the first; at least 1. */
  readonly traffic: number;
  /** The same of the later half, in the earlier half; 1 where what is allocated is not told. */
  readonly pace: number;
  readonly perHour: number;
  /** Standard error of `perHour`. */
  readonly perHourError: number;
  readonly sinceMs: number;
  /** Since when what it grew by can be seen: later where its floor was at nothing first. */
  readonly seenSinceMs: number;
}

const BLOCKS = 6;
const HOUR_MS = 3_600_000;
/** Fewer floors than this make no rate. */
const MIN_SEEN = 3;
/** So many cells are cut into six blocks of about one length. */
export const MIN_CELLS = 12;

/** The newest of a process's cells, cut into six blocks: what of a trend is the same for each channel. */
export interface Window extends Pick<
  Trend,
  'spanMs' | 'coveredMs' | 'readings' | 'sinceMs' | 'part'
> {
  readonly cells: Cells;
  readonly from: number;
  readonly blocks: readonly Span[];
}

/** The cells from a number on; `undefined` where they are too few. A profile is due each `everyMs`. */
export function windowFrom(cells: Cells, from: number, everyMs = Infinity): Window | undefined {
  if (cells.length - from < MIN_CELLS) return undefined;
  const extent = extentOf(cells, from, everyMs);
  const part = extent.readings / readingsIn(cells, 0, cells.length);
  return { cells, from, part, blocks: blocksOf(cells, from, extent.readings), ...extent };
}

/**
 * Six of about as many readings each; cells further back are wide, so that it may be somewhat more or less.
 * Readings and not time are divided, for a while in which none came would leave blocks without any.
 */
function blocksOf(cells: Cells, from: number, readings: number): readonly Span[] {
  const blocks: Span[] = [];
  let begin = from;
  let counted = 0;
  for (let at = from; at < cells.length; at++) {
    const due = ((blocks.length + 1) * readings) / BLOCKS;
    counted += readingsIn(cells, at, at + 1);
    const next = counted + readingsIn(cells, at + 1, Math.min(at + 2, cells.length));
    const left = BLOCKS - 1 - blocks.length;
    const isFull = next - due > due - counted || cells.length - at - 1 === left;
    if (left === 0 || !isFull) continue;
    blocks.push({ from: begin, to: at + 1 });
    begin = at + 1;
  }
  return [...blocks, { from: begin, to: cells.length }];
}

/** `undefined` where the channel is not told throughout. */
export function measureTrend(channel: Channel, window: Window): Trend | undefined {
  const floors = floorsOf(channel, window);
  if (floors === undefined) return undefined;
  const { cells, blocks, spanMs, coveredMs, readings, sinceMs, part } = window;
  const { kind, unit } = channel;
  const before = highestBefore(channel, window);
  const peak = Math.max(before, ...floors.slice(0, -1));
  const starts = blocks.map((block) => fromMs(cells, block.from));
  const moved = movement(starts, floors, unit);
  const seen = kind === 'off_heap' ? seenGrowth(starts, floors, moved) : {};
  const end = cells.length;
  const newest = channel.floorOf(cells, { from: end - 1, to: end });
  const sinceLastMs = toMs(cells, end - 1) - (starts.at(-1) ?? 0);
  const allocated = { traffic: trafficOver(cells, blocks), pace: paceOf(cells, blocks) };
  return {
    kind,
    unit,
    spanMs,
    coveredMs,
    readings,
    sinceMs,
    seenSinceMs: sinceMs,
    before,
    peak,
    part,
    ...allocated,
    ...moved,
    ...seen,
    growthToNow: moved.growth + further({ ...moved, ...seen }, { sinceLastMs, newest }),
  };
}

/** What came at the rate found since the last floor, as far as it is there; noise alone is more or less. */
function further(
  { perHour, lastFloor }: Pick<Trend, 'perHour' | 'lastFloor'>,
  {
    sinceLastMs,
    newest = 0,
  }: { readonly sinceLastMs: number; readonly newest?: number | undefined },
): number {
  const there = Math.max(0, newest - lastFloor);
  return Math.min((Math.max(0, perHour) * sinceLastMs) / HOUR_MS, there);
}

/** Of stretches of as many readings as a block has: a shorter one may lie between two troughs, or in a burst. */
function highestBefore(channel: Channel, { cells, from, readings }: Window): number {
  let highest = 0;
  let to = from;
  let counted = 0;
  for (let at = from - 1; at >= 0; at--) {
    counted += readingsIn(cells, at, at + 1);
    if (counted < readings / BLOCKS) continue;
    highest = Math.max(highest, channel.floorOf(cells, { from: at, to }) ?? 0);
    to = at;
    counted = 0;
  }
  return highest;
}

/** The growth that a trend would tell, NaN where there is none: most channels of most targets need no more. */
export function growthOver(channel: Channel, { cells, blocks }: Window): number {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first === undefined || last === undefined) return Number.NaN;
  return (
    (channel.floorOf(cells, last) ?? Number.NaN) - (channel.floorOf(cells, first) ?? Number.NaN)
  );
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
  everyMs: number,
): Pick<Trend, 'spanMs' | 'coveredMs' | 'readings' | 'sinceMs'> {
  const { length } = cells;
  if (from >= length) return { spanMs: 0, coveredMs: 0, readings: 0, sinceMs: 0 };
  const sinceMs = fromMs(cells, from);
  let coveredMs = 0;
  for (let at = from; at < length; at++) coveredMs += coveredFrom(cells, at, everyMs);
  return {
    spanMs: toMs(cells, length - 1) - sinceMs,
    coveredMs,
    readings: readingsIn(cells, from, length),
    sinceMs,
  };
}

/** The time of a cell, and from there to the next, in which readings came. */
export function coveredFrom(cells: Cells, at: number, everyMs: number): number {
  const [begin, end] = [fromMs(cells, at), toMs(cells, at)];
  const within = Math.min(end - begin, readingsIn(cells, at, at + 1) * everyMs);
  return at + 1 < cells.length ? within + Math.min(fromMs(cells, at + 1) - end, everyMs) : within;
}

/** `at`: where the blocks begin, for there the floor of one lies that grows. */
function movement(at: readonly number[], floors: readonly number[], unit: Channel['unit']) {
  const [first = 0, last = 0] = [floors[0], floors.at(-1)];
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
    levelling: levelling(at, floors),
    perHour: line.slope * HOUR_MS,
    perHourError: line.slopeError * HOUR_MS,
  };
}

/**
 * While the runtime holds more of the system than it has touched, memory outside of Go cannot be seen to grow, and
 * its floor is at nothing: the rate is of what came since, and the less sure the more that differs from all.
 */
function seenGrowth(
  at: readonly number[],
  floors: readonly number[],
  { perHour: ofAll, perHourError }: Pick<Trend, 'perHour' | 'perHourError'>,
): Partial<Pick<Trend, 'perHour' | 'perHourError' | 'seenSinceMs'>> {
  const from = floors.lastIndexOf(0) + 1;
  if (from === 0 || floors.length - from < MIN_SEEN) return {};
  const line = fit(at.slice(from), floors.slice(from));
  const perHour = line.slope * HOUR_MS;
  const beganMs = (at[from] ?? 0) - (floors[from] ?? 0) / Math.max(Number.MIN_VALUE, line.slope);
  return {
    perHour,
    perHourError: Math.max(line.slopeError * HOUR_MS, perHourError, Math.abs(perHour - ofAll) / 2),
    seenSinceMs: Math.max(beganMs, at[from - 1] ?? 0),
  };
}

/** By time, for the blocks are not all of one length. */
function levelling(at: readonly number[], floors: readonly number[]): number {
  const rate = (from: number, to: number) =>
    ((floors[to] ?? 0) - (floors[from] ?? 0)) / Math.max(1, (at[to] ?? 0) - (at[from] ?? 0));
  const earlier = rate(0, 2);
  return earlier > 0 ? rate(3, 5) / earlier : 0;
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

function paceOf(cells: Cells, blocks: readonly Span[]): number {
  const [begin, middle] = [blocks[0]?.from ?? 0, blocks[BLOCKS / 2]?.from ?? 0];
  const earlier = allocationRate(cells, { from: begin, to: middle });
  const later = allocationRate(cells, { from: middle, to: cells.length });
  return earlier > 0 && later > 0 ? later / earlier : 1;
}

/** Bytes a millisecond, since the cell before where there is one; 0 where it is not told. */
function allocationRate(cells: Cells, { from, to }: Span = { from: 0, to: 0 }): number {
  const begin = Math.max(0, from - 1);
  const end = Math.max(to - 1, begin + 1);
  if (end >= cells.length) return 0;
  const bytes = allocatedBy(cells, end) - allocatedBy(cells, begin);
  const ms = toMs(cells, end) - toMs(cells, begin);
  return ms > 0 && !Number.isNaN(bytes) ? bytes / ms : 0;
}
