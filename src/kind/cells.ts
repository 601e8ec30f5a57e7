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
 * One process's life in at most 64 cells, however old it is; it changes in place. Thousands of targets have
 * one, and each reading goes through all of its target's, so they are rows of numbers and no objects.
 */
export interface Cells {
  /** `WIDTH` numbers a cell, NaN for what is not told. */
  readonly rows: Float64Array;
  length: number;
  /** A cell takes readings for so long; 0 while each reading has its own. */
  widthMs: number;
}

export const MAX_CELLS = 64;

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
  widthMs: 0,
});

export function createCells(): Cells {
  return { rows: new Float64Array((MAX_CELLS + 1) * WIDTH), length: 0, widthMs: 0 };
}

/** Adds one reading's cell. When there are too many, each two become one and the next ones twice as wide. */
export function addCell(cells: Cells, cell: Cell): void {
  const { rows, length, widthMs } = cells;
  write(rows, length, cell);
  const isOfLast = length > 0 && cell.toMs - fromMs(cells, length - 1) < widthMs;
  if (isOfLast) return merge(rows, length - 1, length);
  cells.length = length < MAX_CELLS ? length + 1 : pairUp(rows, length + 1);
  if (length < MAX_CELLS) return;
  const spanMs = cell.toMs - fromMs(cells, 0);
  cells.widthMs = Math.max(2 * widthMs, spanMs / cells.length);
}

/** How many they are then. */
function pairUp(rows: Float64Array, length: number): number {
  const pairs = Math.ceil(length / 2);
  for (let pair = 0; pair < pairs; pair++) {
    const first = 2 * pair;
    rows.copyWithin(pair * WIDTH, first * WIDTH, (first + 1) * WIDTH);
    if (first + 1 < length) merge(rows, pair, first + 1);
  }
  return pairs;
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
export function lowestOf(
  { rows }: Cells,
  measure: Measure,
  { from, to }: Span,
): number | undefined {
  let low = Infinity;
  for (let at = from * WIDTH + COLUMN_OF[measure]; at < to * WIDTH; at += WIDTH) {
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

/** From what `listCells` gave, of which there are no more than `MAX_CELLS`. */
export function cellsOf(list: readonly Cell[], widthMs: number): Cells {
  const cells = { ...createCells(), length: list.length, widthMs };
  for (const [index, cell] of list.entries()) write(cells.rows, index, cell);
  return cells;
}
