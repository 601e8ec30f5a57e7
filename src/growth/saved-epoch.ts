import { z } from 'zod';
import { Numbering } from '../pprof/numbering.ts';
import type { Frame } from '../pprof/profile.ts';
import { CELLS, createAxis } from './cells.ts';
import type { Axis, Track } from './cells.ts';
import { createEpoch, createFunctionHistory, openBooks } from './epoch.ts';
import type { Epoch, FunctionHistory } from './epoch.ts';
import type { LineHistory } from './line-book.ts';
import type { NumberReader, NumberWriter } from './saved-numbers.ts';

const count = z.int().nonnegative();
const cells = z.array(z.number()).max(CELLS);

/** What is not numbers by function, stack and line. Those stand beside it, in the order of `saveEpoch`. */
export const savedEpoch = z.object({
  profiles: count,
  fresh: count,
  startedAt: z.number().nullable(),
  build: z.object({ file: z.string(), id: z.string() }),
  periodBytes: z.number(),
  fingerprint: z.number(),
  allocBytes: z.number(),
  lasting: z
    .object({ fresh: count, running: count, before: count })
    .default({ fresh: 0, running: 0, before: 0 }),
  cells: z.object({ profiles: cells, startMs: cells, endMs: cells, allocBytes: cells }),
  texts: z.array(z.string()),
  functions: count,
  stacks: count,
  frames: count,
  lines: count,
});

type SavedEpoch = z.infer<typeof savedEpoch>;

export function saveEpoch(epoch: Epoch, numbers: NumberWriter): SavedEpoch {
  const texts = new Numbering<string>();
  const { axis, functions } = epoch;
  for (const [name, each] of functions) {
    numbers.words(texts.of(name));
    saveFunction(each, numbers, axis.count);
  }
  const stacks = saveStacks(epoch, numbers, texts);
  const lines = epoch.books.ledger.lines.save();
  for (const [key, { live, allocated, allocBytes }] of lines) {
    numbers.amounts(key, live, allocated, allocBytes);
  }
  return {
    profiles: epoch.profiles,
    fresh: epoch.fresh,
    startedAt: epoch.startedAt ?? null,
    build: { file: epoch.buildFile, id: epoch.buildId },
    periodBytes: epoch.periodBytes,
    fingerprint: epoch.fingerprint,
    allocBytes: epoch.allocBytes,
    lasting: epoch.lasting,
    cells: saveAxis(axis),
    texts: [...texts.items],
    functions: functions.size,
    ...stacks,
    lines: lines.size,
  };
}

export function restoreEpoch(saved: SavedEpoch, numbers: NumberReader): Epoch {
  const { build, periodBytes, startedAt, profiles, fresh, fingerprint, allocBytes } = saved;
  const empty = createEpoch({ build, periodBytes }, startedAt ?? undefined);
  const epoch = {
    ...empty,
    profiles,
    fresh,
    fingerprint,
    allocBytes,
    lasting: { ...saved.lasting },
    axis: restoreAxis(saved.cells),
    functions: restoreFunctions(saved, numbers),
  };
  restoreStacks(epoch, saved, numbers);
  const lines = restoreLines(saved.lines, numbers);
  return { ...epoch, books: openBooks(empty.books.stacks, periodBytes, lines) };
}

function saveAxis({
  count: used,
  profiles,
  startMs,
  endMs,
  allocBytes,
}: Axis): SavedEpoch['cells'] {
  return {
    profiles: [...profiles.subarray(0, used)],
    startMs: [...startMs.subarray(0, used)],
    endMs: [...endMs.subarray(0, used)],
    allocBytes: [...allocBytes.subarray(0, used)],
  };
}

function restoreAxis({ profiles, startMs, endMs, allocBytes }: SavedEpoch['cells']): Axis {
  const axis = createAxis();
  axis.count = profiles.length;
  axis.profiles.set(profiles);
  axis.startMs.set(startMs);
  axis.endMs.set(endMs);
  axis.allocBytes.set(allocBytes);
  return axis;
}

function saveFunction(
  { track, ...now }: FunctionHistory,
  numbers: NumberWriter,
  used: number,
): void {
  for (const column of columnsOf(track)) numbers.cells(column, used);
  numbers.amounts(now.inuseBytes, now.objects, now.variance, now.allocBytes);
  numbers.amounts(now.peakBytes, now.sincePeak, now.fallBytes);
}

function restoreFunctions(
  { functions, texts, cells: { profiles } }: SavedEpoch,
  numbers: NumberReader,
): Epoch['functions'] {
  const restored: Epoch['functions'] = new Map();
  for (let at = 0; at < functions; at++) {
    const name = textAt(texts, numbers.word());
    restored.set(name, restoreFunction(numbers, profiles.length));
  }
  return restored;
}

function restoreFunction(numbers: NumberReader, used: number): FunctionHistory {
  const history = createFunctionHistory(0);
  for (const column of columnsOf(history.track)) numbers.cells(column, used);
  history.inuseBytes = numbers.amount();
  history.objects = numbers.amount();
  history.variance = numbers.amount();
  history.allocBytes = numbers.amount();
  history.peakBytes = numbers.amount();
  history.sincePeak = numbers.amount();
  history.fallBytes = numbers.amount();
  return history;
}

function columnsOf({ floor, variance, allocBytes }: Track): readonly Float32Array[] {
  return [floor, variance, allocBytes];
}

/** A frame is shared by many stacks and written once; places are numbered as they first come. */
class FrameNumbers {
  readonly #sources = new Numbering<number>();
  readonly #frames = new Numbering<number>();
  readonly #texts: Numbering<string>;

  constructor(texts: Numbering<string>) {
    this.#texts = texts;
  }

  of({ function: name, file, line }: Frame): number {
    const source = this.#sources.of(pair(this.#texts.of(name), this.#texts.of(file)));
    return this.#frames.of(pair(source, Math.min(Math.max(0, line), PAIRS - 1)));
  }

  /** Function, file and line of each. */
  *all(): Generator<readonly [number, number, number]> {
    const sources = [...this.#sources.items];
    for (const frame of this.#frames.items) {
      const [source, line] = parted(frame);
      const [name, file] = parted(sources[source] ?? 0);
      yield [name, file, line];
    }
  }
}

const PAIRS = 2 ** 26;

/** Two numbers below 2^26 as one. */
function pair(first: number, second: number): number {
  return first * PAIRS + second;
}

function parted(both: number): readonly [first: number, second: number] {
  return [Math.floor(both / PAIRS), both % PAIRS];
}

/** The frames of all stacks, and then the stacks. */
function saveStacks(
  { stacks, axis }: Epoch,
  numbers: NumberWriter,
  texts: Numbering<string>,
): Pick<SavedEpoch, 'stacks' | 'frames'> {
  const frames = new FrameNumbers(texts);
  const numbered = Array.from(stacks.values(), (stack) => ({
    stack,
    ids: stack.frames.map((frame) => frames.of(frame)),
  }));
  let count = 0;
  for (const frame of frames.all()) {
    numbers.words(...frame);
    count++;
  }
  numbered.forEach(({ stack, ids }, place) => {
    numbers.amounts(stacks.keyAt(place), stack.inuseBytes, stack.objects);
    numbers.words(ids.length, ...ids);
    numbers.cells(stack.floor, axis.count);
  });
  return { stacks: stacks.size, frames: count };
}

function restoreStacks(
  { books: { stacks }, stacks: floors, axis }: Epoch,
  saved: SavedEpoch,
  numbers: NumberReader,
): void {
  const places = times(saved.frames, () => {
    const [name, file, line] = [numbers.word(), numbers.word(), numbers.word()];
    const frame = { function: textAt(saved.texts, name), file: textAt(saved.texts, file), line };
    return stacks.places.add([frame]);
  });
  const floor = new Float32Array(CELLS);
  for (let at = 0; at < saved.stacks; at++) {
    const [key, inuseBytes, objects] = [numbers.amount(), numbers.amount(), numbers.amount()];
    const ids = times(numbers.word(), () => places[numbers.word()] ?? 0);
    const stack = stacks.add(ids, key);
    stacks.inuseBytes[stack] = inuseBytes;
    stacks.objects[stack] = objects;
    numbers.cells(floor, axis.count);
    floors.restore(floors.add(stack), floor, axis.count);
  }
}

function restoreLines(count: number, numbers: NumberReader): ReadonlyMap<number, LineHistory> {
  const lines = new Map<number, LineHistory>();
  for (let at = 0; at < count; at++) {
    const [key, live] = [numbers.amount(), numbers.amount()];
    lines.set(key, { live, allocated: numbers.amount(), allocBytes: numbers.amount() });
  }
  return lines;
}

function textAt(texts: readonly string[], at: number): string {
  return texts[at] ?? '';
}

function times<T>(count: number, make: () => T): readonly T[] {
  const made: T[] = [];
  for (let at = 0; at < count; at++) made.push(make());
  return made;
}
