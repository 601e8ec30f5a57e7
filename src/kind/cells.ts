import { MEASURES, type Measure, type Measured } from './measure.ts';

/** A stretch of time in the life of one process, with the lowest that was read of each measure. */
export interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly readings: number;
  readonly lows: Measured;
  /** Bytes allocated since the process started, by the end of the cell. */
  readonly allocatedBytes: number | undefined;
}

/**
 * One process's life in at most 64 cells, however old it is; it changes in place. The newest 16 take in what
 * is read in the time that is given; behind them the widths grow with the age, so that a late stretch of any
 * length has cells enough to be judged. Thousands of targets have one, and each judgement goes through all of
 * its target's, so they are rows of numbers and no objects.
 */
export interface Cells {
  /** `WIDTH` numbers a cell, NaN for what is not told. */
  readonly rows: Float64Array;
  length: number;
  /** Of each measure its highest floor so far and the deepest fall from one; both are forgotten over weeks. */
  readonly falls: Float64Array;
}

export const MAX_CELLS = 64;
const RECENT = 16;
/** As many as a block of the shortest usual window has. */
const FALL_CELLS = 5;
const HALF_LIFE_MS = 14 * 24 * 3_600_000;
const MAX_FORGOTTEN_MS = 3_600_000;

const FROM = 0;
const TO = 1;
const READINGS = 2;
const ALLOCATED = 3;
const LOWS = 4;
const WIDTH = LOWS + MEASURES.length;

const COLUMN_OF: Readonly<Record<Measure, number>> = {
  heap_live: LOWS,
  heap_inuse: LOWS + 1,
  heap_idle: LOWS + 2,
  stacks: LOWS + 3,
  goroutines: LOWS + 4,
  off_heap: LOWS + 5,
  profiler: LOWS + 6,
  next_gc: LOWS + 7,
};

/** For what none are kept of; to add to them is an error, for they are everybody's. */
export const NO_CELLS: Readonly<Cells> = Object.freeze({
  rows: new Float64Array(0),
  length: 0,
  falls: new Float64Array(0),
});

export function createCells(): Cells {
  const rows = new Float64Array((MAX_CELLS + 1) * WIDTH);
  return { rows, length: 0, falls: new Float64Array(2 * MEASURES.length) };
}

/** Adds one reading's cell; the newest takes it in where it began less than `widthMs` before. */
export function addCell(cells: Cells, cell: Cell, widthMs = 0): void {
  const { rows, length } = cells;
  write(rows, length, cell);
  const isOfLast = length > 0 && cell.toMs - fromMs(cells, length - 1) < widthMs;
  if (isOfLast) return merge(rows, length - 1, length);
  recordFalls(cells, cell.fromMs);
  cells.length = length + 1;
  if (length === MAX_CELLS) joinTwo(cells);
}

/** What was done before the cell that begins; what comes and goes within a few cells is no fall. */
function recordFalls(cells: Cells, at: number): void {
  const { falls, length } = cells;
  const sinceMs = length === 0 ? 0 : at - fromMs(cells, length - 1);
  const kept = 2 ** (-Math.min(Math.max(0, sinceMs), MAX_FORGOTTEN_MS) / HALF_LIFE_MS);
  const span = { from: Math.max(0, length - FALL_CELLS), to: length };
  for (let index = 0; index < MEASURES.length; index++) {
    const low = lowestIn(cells, LOWS + index, span);
    if (low === undefined) continue;
    const below = Math.max(0, (falls[2 * index] ?? 0) - low);
    falls[2 * index] = low + kept * below;
    falls[2 * index + 1] = Math.max(below, kept * (falls[2 * index + 1] ?? 0));
  }
}

/** How deep it ever fell from where it had been for a while, less what has been forgotten of that. */
export function deepestFall({ falls }: Cells, measure: Measure): number {
  return falls[2 * (COLUMN_OF[measure] - LOWS) + 1] ?? 0;
}

function joinTwo(cells: Cells): void {
  const at = cellToJoin(cells);
  merge(cells.rows, at, at + 1);
  cells.rows.copyWithin((at + 1) * WIDTH, (at + 2) * WIDTH, cells.length * WIDTH);
  cells.length -= 1;
}

/**
 * The first of the two neighbours that are narrowest for their age. Both are counted in readings: a while in
 * which none came makes no cell wide.
 */
function cellToJoin({ rows, length }: Cells): number {
  let best = 0;
  let bestShare = Infinity;
  let age = 0;
  for (let at = length - 2; at >= 0; at--) {
    const next = numberAt(rows, at + 1, READINGS);
    const width = numberAt(rows, at, READINGS) + next;
    if (at + 1 < length - RECENT && width / age < bestShare) {
      best = at;
      bestShare = width / age;
    }
    age += next;
  }
  return best;
}

/** The later of two cells into the earlier. */
function merge(rows: Float64Array, earlier: number, later: number): void {
  const value = (column: number) => numberAt(rows, later, column);
  const known = (column: number) => numberAt(rows, earlier, column);
  const into = earlier * WIDTH;
  rows[into + TO] = value(TO);
  rows[into + READINGS] = known(READINGS) + value(READINGS);
  if (!Number.isNaN(value(ALLOCATED))) rows[into + ALLOCATED] = value(ALLOCATED);
  for (let column = LOWS; column < WIDTH; column++) {
    if (value(column) < known(column) || Number.isNaN(known(column)))
      rows[into + column] = value(column);
  }
}

function write(rows: Float64Array, index: number, cell: Cell): void {
  const row = index * WIDTH;
  rows[row + FROM] = cell.fromMs;
  rows[row + TO] = cell.toMs;
  rows[row + READINGS] = cell.readings;
  rows[row + ALLOCATED] = cell.allocatedBytes ?? Number.NaN;
  for (const measure of MEASURES) rows[row + COLUMN_OF[measure]] = cell.lows[measure] ?? Number.NaN;
}

export function fromMs({ rows }: Cells, index: number): number {
  return numberAt(rows, index, FROM);
}

export function toMs({ rows }: Cells, index: number): number {
  return numberAt(rows, index, TO);
}

export function readingsIn({ rows }: Cells, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += numberAt(rows, index, READINGS);
  return sum;
}

/** By the end of the cell; NaN where it is not told. */
export function allocatedBy({ rows }: Cells, index: number): number {
  return numberAt(rows, index, ALLOCATED);
}

/** Of the cells from one to before another; `undefined` where none tells. */
export function lowestOf(cells: Cells, measure: Measure, span: Span): number | undefined {
  return lowestIn(cells, COLUMN_OF[measure], span);
}

function lowestIn({ rows }: Cells, column: number, { from, to }: Span): number | undefined {
  let low = Infinity;
  for (let at = from * WIDTH + column; at < to * WIDTH; at += WIDTH) {
    const value = rows[at] ?? Infinity;
    if (value < low) low = value;
  }
  return low === Infinity ? undefined : low;
}

/** Cells by their numbers, from one to before another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

function numberAt(rows: Float64Array, index: number, column: number): number {
  return rows[index * WIDTH + column] ?? 0;
}

/** The same cells, with one measure reckoned anew from those of each; NaN stands for what is not told. */
export function withMeasure(
  cells: Cells,
  measure: Measure,
  of: (told: (other: Measure) => number) => number,
): Cells {
  const rows = cells.rows.slice();
  for (let index = 0; index < cells.length; index++) {
    rows[index * WIDTH + COLUMN_OF[measure]] = of((other) =>
      numberAt(cells.rows, index, COLUMN_OF[other]),
    );
  }
  return { ...cells, rows };
}

/** Plain objects, as they are saved. */
export function listCells({ rows, length }: Cells): readonly Cell[] {
  return Array.from({ length }, (_, row) => {
    const told = (column: number) => {
      const value = numberAt(rows, row, column);
      return Number.isNaN(value) ? undefined : value;
    };
    return {
      fromMs: numberAt(rows, row, FROM),
      toMs: numberAt(rows, row, TO),
      readings: numberAt(rows, row, READINGS),
      lows: {
        heap_live: told(COLUMN_OF.heap_live),
        heap_inuse: told(COLUMN_OF.heap_inuse),
        heap_idle: told(COLUMN_OF.heap_idle),
        stacks: told(COLUMN_OF.stacks),
        goroutines: told(COLUMN_OF.goroutines),
        off_heap: told(COLUMN_OF.off_heap),
        profiler: told(COLUMN_OF.profiler),
        next_gc: told(COLUMN_OF.next_gc),
      },
      allocatedBytes: told(ALLOCATED),
    };
  });
}

/** From what `listCells` gave, of which there are no more than `MAX_CELLS`; falls that were not kept are those between cells. */
export function cellsOf(list: readonly Cell[], falls?: readonly number[]): Cells {
  const cells = createCells();
  for (const cell of list) addCell(cells, cell);
  if (falls?.length === cells.falls.length) cells.falls.set(falls);
  return cells;
}
