import { BLOCKS } from './blocks.ts';
import type { Block, Window } from './blocks.ts';
import type { Axis } from './cells.ts';
import type { Floor, Series } from './floors.ts';

/**
 * In use = rate × residence (Little's law), so a site that holds what its traffic needs grows with
 * the traffic.
 */
export interface Traffic {
  /** How many times as fast as in the first block it is in the last, at least 1. */
  readonly traffic: number;
  /** Whether that is of the function's own allocations, and not of those of the process. */
  readonly isOfItsOwn: boolean;
  /** By how much the last floor stands above the first one times the traffic, and that in standard errors. */
  readonly excessBytes: number;
  readonly excessZ: number;
}

/** What turns over so often in a window has its size from its rate. */
const TURNOVERS = 2;

export function measureTraffic(
  series: Series,
  window: Window,
  { first, last, z }: { readonly first: Floor; readonly last: Floor; readonly z: number },
): Traffic {
  const [ofProcess, ofItsOwn] = [processTraffic(series, window), ownTraffic(series, window, first)];
  const traffic = Math.max(1, ofProcess, ofItsOwn);
  const { inuseBytes, variance } = series.history;
  const levelVariance = inuseBytes > 0 ? (first.bytes * variance) / inuseBytes : 0;
  const excessBytes = last.bytes - traffic * first.bytes;
  const error = Math.hypot((last.bytes - first.bytes) / z, traffic * Math.sqrt(levelVariance));
  const excessZ = excessBytes / Math.max(1, error);
  return { traffic, isOfItsOwn: ofItsOwn > ofProcess, excessBytes, excessZ };
}

/** Of what the process allocates over a window, the part below the function, 0 to 1. */
export function allocShareOf({ axis, history }: Series, { blocks }: Window): number {
  const [from, to] = [blocks.at(-BLOCKS)?.from ?? 0, blocks.at(-1)?.to ?? 0];
  const all = sum(axis.allocBytes, from, to);
  return all > 0 ? sum(history.track.allocBytes, from, to) / all : 0;
}

/** For the traffic of the whole process stand its allocations. */
function processTraffic({ axis }: Series, { blocks }: Window): number {
  const [first, last] = [blocks.at(-BLOCKS), blocks.at(-1)];
  const before = allocRate(axis, axis.allocBytes, first);
  return before > 0 ? allocRate(axis, axis.allocBytes, last) / before : 1;
}

/**
 * The function's own allocations tell of its own traffic, where what it holds is soon replaced. Where
 * it is not, as in standing data, more allocation is no reason to hold more of it.
 */
function ownTraffic({ axis, history }: Series, { blocks }: Window, floor: Floor): number {
  const [first, last] = [blocks.at(-BLOCKS), blocks.at(-1)];
  const before = allocRate(axis, history.track.allocBytes, first);
  const time = (last?.endMs ?? 0) - (first?.startMs ?? 0);
  if (before <= 0 || floor.bytes / before > time / TURNOVERS) return 1;
  return allocRate(axis, history.track.allocBytes, last) / before;
}

/** Bytes per millisecond; what was allocated before the first profile of a block is not of the block. */
function allocRate(
  { startMs, endMs }: Axis,
  allocBytes: Float32Array | Float64Array,
  block: Block | undefined,
): number {
  if (block === undefined) return 0;
  const begin = block.to - block.from > 1 ? block.from + 1 : block.from;
  const since = endMs[begin - 1] ?? startMs[begin] ?? 0;
  return block.endMs > since ? sum(allocBytes, begin, block.to) / (block.endMs - since) : 0;
}

function sum(column: Float32Array | Float64Array, from: number, to: number): number {
  let total = 0;
  for (const bytes of column.subarray(from, to)) total += bytes;
  return total;
}
