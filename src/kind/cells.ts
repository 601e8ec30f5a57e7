import { MEASURES, type Measured } from './measure.ts';

/** A stretch of time in the life of one process, with the lowest that was read of each measure. */
export interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly readings: number;
  readonly lows: Measured;
  /** Bytes allocated since the process started, by the end of the cell. */
  readonly allocatedBytes: number | undefined;
}

/** One process's life in at most 64 cells, however old it is. */
export interface Cells {
  readonly cells: readonly Cell[];
  /** A cell takes readings for so long; 0 while each reading has its own. */
  readonly widthMs: number;
}

export const NO_CELLS: Cells = { cells: [], widthMs: 0 };

const MAX_CELLS = 64;

/** Adds one reading's cell. When there are too many, each two become one and the next ones twice as wide. */
export function addCell({ cells, widthMs }: Cells, cell: Cell): Cells {
  const last = cells.at(-1);
  if (last !== undefined && cell.toMs - last.fromMs < widthMs) {
    return { cells: [...cells.slice(0, -1), merge(last, cell)], widthMs };
  }
  const all = [...cells, cell];
  if (all.length <= MAX_CELLS) return { cells: all, widthMs };
  const pairs: Cell[] = [];
  for (let at = 0; at < all.length; at += 2) {
    const [a, b] = [all[at], all[at + 1]];
    if (a !== undefined) pairs.push(b === undefined ? a : merge(a, b));
  }
  const spanMs = cell.toMs - (pairs[0]?.fromMs ?? cell.toMs);
  return { cells: pairs, widthMs: Math.max(2 * widthMs, spanMs / pairs.length) };
}

function merge(a: Cell, b: Cell): Cell {
  return {
    fromMs: a.fromMs,
    toMs: b.toMs,
    readings: a.readings + b.readings,
    lows: lowest(a.lows, b.lows),
    allocatedBytes: b.allocatedBytes ?? a.allocatedBytes,
  };
}

function lowest(a: Measured, b: Measured): Measured {
  const lows: Record<keyof Measured, number | undefined> = { ...a };
  for (const name of MEASURES) {
    const [x, y] = [a[name], b[name]];
    lows[name] = x === undefined || y === undefined ? (x ?? y) : Math.min(x, y);
  }
  return lows;
}
