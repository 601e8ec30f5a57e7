import { codeOf } from '../pprof/code-table.ts';
import { createRow } from '../pprof/profile.ts';
import type { CodeTable, Profile, Row } from '../pprof/profile.ts';
import { add, withRoom } from './growing.ts';
import { mix } from './hash.ts';
import {
  ALLOCATED,
  ALLOCATED_BYTES,
  INUSE,
  LINE_WIDTH,
  LineBook,
  LIVE,
  STACK,
  WEIGHT_BYTES,
} from './line-book.ts';
import type { LineHistory } from './line-book.ts';
import { BATCH, RowIndex } from './row-index.ts';
import { sampledObjects } from './sampling.ts';
import { LEFT_OUT } from './stack-book.ts';
import type { StackBook } from './stack-book.ts';

/** What a profile said, as a whole. */
export interface Look {
  readonly inuseBytes: number;
  readonly allocBytes: number;
  /** Distinct stacks. */
  readonly stacks: number;
  /** The same for two profiles between which no GC published anything, in whatever order the rows stand. */
  readonly fingerprint: number;
  /** A line in use was allocated less often than before. */
  readonly decreased: boolean;
}

const FINGERPRINTS = 2 ** 52;
/** Rows beyond those of the newest profile before the books are made anew. */
const SPARE_ROWS = 4_096;
/** More are not remembered from profile to profile: each of those is read as if it were the first. */
const MAX_ROWS = 400_000;

/** Of a row, side by side: its line or `LEFT_OUT`, the key of that, and what of the row is booked there. */
const WIDTH = 7;
const LINE = 0;
const ROW_INUSE = 1;
const ROW_ALLOC = 2;
const ROW_LIVE = 3;
const ROW_ALLOCATED = 4;
const KEY = 5;
/** What it is in the fingerprint. */
const PRINT = 6;

/**
 * The newest profile of a process, row by row, and what it comes to by line, in typed arrays that
 * change in place: of 100,000 rows a few thousand change from poll to poll, and only those are touched.
 *
 * A row (a stack with its lines of code, and an object size) belongs to a line (a stack by its names,
 * and a size), and that to a stack. All sums are of whole numbers, so they come to the same whether
 * they are made anew or by what changed.
 */
export class Ledger {
  readonly lines: LineBook;
  readonly #stacks: StackBook;
  readonly #index = new RowIndex();
  readonly #changed: readonly Row[] = Array.from({ length: BATCH }, createRow);
  /** The one that is being taken in. */
  #row = createRow();
  /** By row. */
  #rows = new Float64Array(64 * WIDTH);
  /** By stack: its rows in the newest profile, and the one by which it is shown, the largest. */
  #rowsOf = new Int32Array(64);
  #shown = new Int32Array(64);
  #stackCount = 0;
  /** Of no meaning; it keeps the compiler from leaving out what `#fetch` does. */
  fetched = 0;
  #inuseBytes = 0;
  #allocBytes = 0;
  #fingerprint = 0;

  constructor(stacks: StackBook, periodBytes: number, saved: ReadonlyMap<number, LineHistory>) {
    this.#stacks = stacks;
    this.lines = new LineBook(periodBytes, saved);
  }

  /** Whether it holds much that is gone, or more than is to be kept. */
  get isOvergrown(): boolean {
    const { count, present } = this.#index;
    return count > 2 * present + SPARE_ROWS || count > MAX_ROWS;
  }

  /** Reads a profile in. What changed is left in `lines`, to be carried on from there. */
  read(profile: Profile): Look {
    this.lines.begin();
    this.#readRows(codeOf(profile));
    for (const row of this.#index.finish()) this.#leave(row);
    return {
      inuseBytes: this.#inuseBytes,
      allocBytes: this.#allocBytes,
      stacks: this.#stackCount,
      fingerprint: this.#fingerprint,
      decreased: this.lines.hasDecreased(),
    };
  }

  #readRows(code: CodeTable): void {
    const index = this.#index;
    index.begin(code.marks);
    let known = index.count;
    for (let found = index.next(); found > 0; found = index.next()) {
      this.#rows = withRoom(this.#rows, index.count * WIDTH + PRINT);
      code.readRows(index.changedSamples.subarray(0, found), this.#changed);
      this.fetched = this.#fetch(found);
      for (let each = 0; each < found; each++) this.#take(each, code, known);
      known = index.count;
    }
  }

  /** Takes in one of the changed rows; those above `known` are new. */
  #take(each: number, code: CodeTable, known: number): void {
    const row = this.#index.changedRows[each] ?? 0;
    const sample = this.#index.changedSamples[each] ?? 0;
    this.#row = this.#changed[each] ?? this.#row;
    if (row > known) this.#enter(row, code, sample);
    this.#change(row, code, sample);
  }

  /**
   * Touches what is booked of rows and of their lines, so that it is all on its way from memory when the
   * first is changed: a loop that did more would wait for each by itself.
   */
  #fetch(found: number): number {
    const [rows, { numbers }, lineWidth] = [this.#rows, this.lines, LINE_WIDTH];
    const { changedRows: changed } = this.#index;
    let sum = 0;
    for (let each = 0; each < found; each++) {
      const at = (changed[each] ?? 0) * WIDTH;
      sum += (rows[at] ?? 0) + (rows[at + PRINT] ?? 0);
    }
    for (let each = 0; each < found; each++) {
      const line = Math.max(0, rows[(changed[each] ?? 0) * WIDTH + LINE] ?? 0);
      sum += (numbers[line * lineWidth] ?? 0) + (numbers[line * lineWidth + STACK] ?? 0);
    }
    return sum;
  }

  #enter(row: number, code: CodeTable, sample: number): void {
    const at = row * WIDTH;
    const stack = this.#stacks.stackOf(code, sample);
    this.#rows[at + LINE] = LEFT_OUT;
    if (stack === LEFT_OUT) return;
    const line = this.lines.lineOf(stack, this.#stacks.keyOf(stack), this.#row.size);
    this.#rows[at + LINE] = line;
    this.#rows[at + KEY] = this.lines.keyOf(line);
    this.#rowsOf = withRoom(this.#rowsOf, stack);
    this.#shown = withRoom(this.#shown, stack);
    if (this.#rowsOf[stack] === 0) {
      this.#shown[stack] = row;
      this.#stackCount++;
    }
    this.#rowsOf[stack] = (this.#rowsOf[stack] ?? 0) + 1;
    this.#print(at);
  }

  #change(row: number, code: CodeTable, sample: number): void {
    const { inuseBytes, allocBytes, size } = this.#row;
    const at = row * WIDTH;
    const [inuseBefore, allocBefore] = [this.#rows[at + ROW_INUSE], this.#rows[at + ROW_ALLOC]];
    if (inuseBytes === inuseBefore && allocBytes === allocBefore) return;
    const line = this.#rows[at + LINE] ?? LEFT_OUT;
    if (line === LEFT_OUT) {
      this.#rows[at + ROW_INUSE] = inuseBytes;
      this.#rows[at + ROW_ALLOC] = allocBytes;
      return;
    }
    if (size === 0) this.lines.weighBy(line, meanSize(this.#row));
    this.#book(at, inuseBytes, allocBytes);
    if (inuseBytes > 0) this.#show(row, code, sample);
  }

  #book(at: number, inuse: number, alloc: number): void {
    const [rows, { lines }] = [this.#rows, this];
    const line = rows[at + LINE] ?? 0;
    lines.touch(line);
    const { numbers } = lines;
    const to = line * LINE_WIDTH;
    const weightBytes = numbers[to + WEIGHT_BYTES] ?? 0;
    const live = sampledObjects(inuse, weightBytes);
    const allocated = sampledObjects(alloc, weightBytes);
    const inuseChange = inuse - (rows[at + ROW_INUSE] ?? 0);
    const allocChange = alloc - (rows[at + ROW_ALLOC] ?? 0);
    add(numbers, to + LIVE, live - (rows[at + ROW_LIVE] ?? 0));
    add(numbers, to + ALLOCATED, allocated - (rows[at + ROW_ALLOCATED] ?? 0));
    add(numbers, to + INUSE, inuseChange);
    add(numbers, to + ALLOCATED_BYTES, allocChange);
    this.#inuseBytes += inuseChange;
    this.#allocBytes += allocChange;
    rows[at + ROW_INUSE] = inuse;
    rows[at + ROW_ALLOC] = alloc;
    rows[at + ROW_LIVE] = live;
    rows[at + ROW_ALLOCATED] = allocated;
    this.#fingerprint = minus(this.#fingerprint, rows[at + PRINT] ?? 0);
    this.#print(at);
  }

  /** The row that holds most of the bytes in use is the one to show. */
  #show(row: number, code: CodeTable, sample: number): void {
    const rows = this.#rows;
    const stack = this.#stackOf(row);
    const shown = this.#shown[stack] ?? 0;
    if (shown === row) return;
    const bytes = rows[row * WIDTH + ROW_INUSE] ?? 0;
    if (bytes <= (rows[shown * WIDTH + ROW_INUSE] ?? 0)) return;
    this.#shown[stack] = row;
    this.#stacks.showBy(stack, code, sample);
  }

  /** Go never drops a row; a profile of another maker may. */
  #leave(row: number): void {
    const at = row * WIDTH;
    if (this.#rows[at + LINE] === LEFT_OUT) return;
    this.#book(at, 0, 0);
    this.#fingerprint = minus(this.#fingerprint, this.#rows[at + PRINT] ?? 0);
    const stack = this.#stackOf(row);
    this.#rowsOf[stack] = (this.#rowsOf[stack] ?? 0) - 1;
    if (this.#rowsOf[stack] === 0) this.#stackCount--;
  }

  #stackOf(row: number): number {
    const line = this.#rows[row * WIDTH + LINE] ?? 0;
    return this.lines.numbers[line * LINE_WIDTH + STACK] ?? 0;
  }

  /** Adds to the fingerprint what the row is in it. */
  #print(at: number): void {
    const rows = this.#rows;
    const lived = mix(rows[at + KEY] ?? 0, rows[at + ROW_LIVE] ?? 0);
    const print = mix(lived, rows[at + ROW_ALLOCATED] ?? 0);
    rows[at + PRINT] = print < FINGERPRINTS ? print : print - FINGERPRINTS;
    this.#fingerprint = plus(this.#fingerprint, rows[at + PRINT] ?? 0);
  }
}

/** Without the label `bytes` all sizes of a stack share a row, and the mean has to do. */
function meanSize({ allocObjects, allocBytes }: Row): number {
  return allocObjects > 0 ? allocBytes / allocObjects : 0;
}

function plus(fingerprint: number, print: number): number {
  const sum = fingerprint + print;
  return sum >= FINGERPRINTS ? sum - FINGERPRINTS : sum;
}

function minus(fingerprint: number, print: number): number {
  return fingerprint >= print ? fingerprint - print : fingerprint - print + FINGERPRINTS;
}
