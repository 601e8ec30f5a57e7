import type { Cell } from './cells.ts';
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

/** `undefined` where there are too few cells, or where the channel is not told throughout. */
export function measureTrend(
  channel: Channel,
  window: readonly Cell[],
  before: readonly Cell[] = [],
): Trend | undefined {
  if (window.length < MIN_CELLS) return undefined;
  const blocks = cut(window);
  const floors = blocks.map((cells) => channel.floorOf(cells));
  if (!floors.every((floor) => floor !== undefined)) return undefined;
  return {
    kind: channel.kind,
    unit: channel.unit,
    ...extentOf(window),
    ...movement(blocks.map(middleOf), floors, channel.unit),
    peak: Math.max(channel.floorOf(before) ?? 0, ...floors.slice(0, -1)),
    traffic: trafficOver(blocks),
    pace: paceOf(window),
  };
}

export function extentOf(window: readonly Cell[]): Pick<Trend, 'spanMs' | 'readings' | 'sinceMs'> {
  const sinceMs = window[0]?.fromMs ?? 0;
  const readings = window.reduce((sum, cell) => sum + cell.readings, 0);
  return { spanMs: (window.at(-1)?.toMs ?? sinceMs) - sinceMs, readings, sinceMs };
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

function cut(window: readonly Cell[]): readonly (readonly Cell[])[] {
  const edge = (block: number) => Math.round((block * window.length) / BLOCKS);
  return Array.from({ length: BLOCKS }, (_, i) => window.slice(edge(i), edge(i + 1)));
}

function middleOf(cells: readonly Cell[]): number {
  return ((cells[0]?.fromMs ?? 0) + (cells.at(-1)?.toMs ?? 0)) / 2;
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
function trafficOver(blocks: readonly (readonly Cell[])[]): number {
  const [first, last] = [allocationRate(blocks[0]), allocationRate(blocks.at(-1))];
  return first > 0 ? Math.max(1, last / first) : 1;
}

function paceOf(window: readonly Cell[]): number {
  const middle = Math.floor(window.length / 2);
  const [earlier, later] = [
    allocationRate(window.slice(0, middle + 1)),
    allocationRate(window.slice(middle)),
  ];
  return earlier > 0 && later > 0 ? later / earlier : 1;
}

function allocationRate(cells: readonly Cell[] = []): number {
  const [from, to] = [cells[0], cells.at(-1)];
  if (from?.allocatedBytes === undefined || to?.allocatedBytes === undefined) return 0;
  const ms = to.toMs - from.toMs;
  return ms > 0 ? (to.allocatedBytes - from.allocatedBytes) / ms : 0;
}
