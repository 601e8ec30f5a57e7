import { codeOf } from '../pprof/code-table.ts';
import type { Profile } from '../pprof/profile.ts';
import { add, withRoom } from './growing.ts';
import { mix } from './hash.ts';
import { LineBook } from './line-book.ts';
import type { LineHistory } from './line-book.ts';
import { RowIndex } from './row-index.ts';
import type { Marks } from './row-index.ts';
import { sampledObjects } from './sampling.ts';
import { LEFT_OUT } from './stack-book.ts';
import type { StackBook, Stacks } from './stack-book.ts';

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

interface Samples extends Marks, Stacks {
  readonly count: number;
  readonly inuse: Float64Array;
  readonly alloc: Float64Array;
  /** Ever allocated. */
  readonly objects: Float64Array;
}

/** Lives on, for a profile does not, and V8 throws away the machine code for objects of which there are none left. */
const NO_SAMPLES = samplesOf({
  timeMs: 0,
  durationMs: 0,
  periodBytes: 0,
  sampleCount: 0,
  values: {
    alloc_objects: new Float64Array(),
    alloc_space: new Float64Array(),
    inuse_objects: new Float64Array(),
    inuse_space: new Float64Array(),
  },
  size: new Float64Array(),
  stackStart: new Uint32Array(),
  stackLocations: new Uint32Array(),
  locations: [],
  build: { file: '', id: '' },
});

const FINGERPRINTS = 2 ** 52;
/** Rows beyond those of the newest profile before the books are made anew. */
const SPARE_ROWS = 4_096;
/** More are not remembered from profile to profile: each of those is read as if it were the first. */
const MAX_ROWS = 250_000;

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
  /** The profile being read, in columns. */
  #samples = NO_SAMPLES;
  #line = new Int32Array(64);
  #inuse = new Float64Array(64);
  #alloc = new Float64Array(64);
  #live = new Float64Array(64);
  #allocated = new Float64Array(64);
  /** By stack: its rows in the newest profile, and the one by which it is shown, the largest. */
  #rows = new Int32Array(64);
  #shown = new Int32Array(64);
  #stackCount = 0;
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
    this.#samples = samplesOf(profile);
    this.lines.begin();
    this.#index.begin(this.#samples);
    this.#readRows();
    for (const row of this.#index.finish()) this.#leave(row);
    this.#samples = NO_SAMPLES;
    return {
      inuseBytes: this.#inuseBytes,
      allocBytes: this.#allocBytes,
      stacks: this.#stackCount,
      fingerprint: this.#fingerprint,
      decreased: this.lines.hasDecreased(),
    };
  }

  #readRows(): void {
    const { count, inuse, alloc } = this.#samples;
    for (let sample = 0; sample < count; sample++) {
      const known = this.#index.count;
      const row = this.#index.find(sample);
      if (row === known) this.#enter(row, sample);
      if (inuse[sample] !== this.#inuse[row] || alloc[sample] !== this.#alloc[row])
        this.#change(row, sample);
    }
  }

  #enter(row: number, sample: number): void {
    this.#line = withRoom(this.#line, row);
    this.#inuse = withRoom(this.#inuse, row);
    this.#alloc = withRoom(this.#alloc, row);
    this.#live = withRoom(this.#live, row);
    this.#allocated = withRoom(this.#allocated, row);
    const stack = this.#stacks.stackOf(this.#samples, sample);
    this.#line[row] = LEFT_OUT;
    if (stack === LEFT_OUT) return;
    const line = this.lines.lineOf(
      stack,
      this.#stacks.keyOf(stack),
      this.#samples.size[sample] ?? 0,
    );
    this.#line[row] = line;
    this.#rows = withRoom(this.#rows, stack);
    this.#shown = withRoom(this.#shown, stack);
    if (this.#rows[stack] === 0) {
      this.#shown[stack] = row;
      this.#stackCount++;
    }
    this.#rows[stack] = (this.#rows[stack] ?? 0) + 1;
    this.#fingerprint = plus(this.#fingerprint, this.#print(row));
  }

  #change(row: number, sample: number): void {
    const inuse = this.#samples.inuse[sample] ?? 0;
    const alloc = this.#samples.alloc[sample] ?? 0;
    const line = this.#line[row] ?? LEFT_OUT;
    if (line === LEFT_OUT) {
      this.#inuse[row] = inuse;
      this.#alloc[row] = alloc;
      return;
    }
    if (this.#samples.size[sample] === 0) this.lines.weighBy(line, meanSize(this.#samples, sample));
    this.#book(row, inuse, alloc);
    if (inuse > 0) this.#show(row, sample);
  }

  #book(row: number, inuse: number, alloc: number): void {
    const { lines } = this;
    const line = this.#line[row] ?? 0;
    const weightBytes = lines.weightBytes[line] ?? 0;
    const before = this.#print(row);
    lines.touch(line);
    const live = sampledObjects(inuse, weightBytes);
    const allocated = sampledObjects(alloc, weightBytes);
    const inuseChange = inuse - (this.#inuse[row] ?? 0);
    const allocChange = alloc - (this.#alloc[row] ?? 0);
    add(lines.live, line, live - (this.#live[row] ?? 0));
    add(lines.allocated, line, allocated - (this.#allocated[row] ?? 0));
    add(lines.inuseBytes, line, inuseChange);
    add(lines.allocBytes, line, allocChange);
    this.#inuseBytes += inuseChange;
    this.#allocBytes += allocChange;
    this.#inuse[row] = inuse;
    this.#alloc[row] = alloc;
    this.#live[row] = live;
    this.#allocated[row] = allocated;
    this.#fingerprint = minus(plus(this.#fingerprint, this.#print(row)), before);
  }

  /** The row that holds most of the bytes in use is the one to show. */
  #show(row: number, sample: number): void {
    const stack = this.lines.stack[this.#line[row] ?? 0] ?? 0;
    const shown = this.#shown[stack] ?? 0;
    if (shown === row || (this.#inuse[row] ?? 0) <= (this.#inuse[shown] ?? 0)) return;
    this.#shown[stack] = row;
    this.#stacks.showBy(stack, this.#samples, sample);
  }

  /** Go never drops a row; a profile of another maker may. */
  #leave(row: number): void {
    const line = this.#line[row] ?? LEFT_OUT;
    if (line === LEFT_OUT) return;
    this.#book(row, 0, 0);
    this.#fingerprint = minus(this.#fingerprint, this.#print(row));
    const stack = this.lines.stack[line] ?? 0;
    this.#rows[stack] = (this.#rows[stack] ?? 0) - 1;
    if (this.#rows[stack] === 0) this.#stackCount--;
  }

  #print(row: number): number {
    const key = this.lines.key[this.#line[row] ?? 0] ?? 0;
    return mix(mix(key, this.#live[row] ?? 0), this.#allocated[row] ?? 0) % FINGERPRINTS;
  }
}

function samplesOf(profile: Profile): Samples {
  const code = codeOf(profile);
  const { sampleCount, values, size } = profile;
  return {
    count: sampleCount,
    stackHash: code.stackHash,
    size,
    inuse: values.inuse_space,
    alloc: values.alloc_space,
    objects: values.alloc_objects,
    code,
    placeOf: new Int32Array(Math.max(0, code.frameStart.length - 1)),
  };
}

/** Without the label `bytes` all sizes of a stack share a row, and the mean has to do. */
function meanSize({ objects, alloc }: Samples, sample: number): number {
  const count = objects[sample] ?? 0;
  return count > 0 ? (alloc[sample] ?? 0) / count : 0;
}

function plus(fingerprint: number, print: number): number {
  const sum = fingerprint + print;
  return sum >= FINGERPRINTS ? sum - FINGERPRINTS : sum;
}

function minus(fingerprint: number, print: number): number {
  return fingerprint >= print ? fingerprint - print : fingerprint - print + FINGERPRINTS;
}
