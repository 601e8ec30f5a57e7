import { z } from 'zod';
import type { Frame } from '../pprof/profile.ts';
import { CELLS, createAxis } from './cells.ts';
import type { Axis } from './cells.ts';
import { createEpoch, createFunctionHistory, openBooks } from './epoch.ts';
import type { Epoch, FunctionHistory, StackHistory } from './epoch.ts';
import type { History } from './history.ts';
import type { LineHistory } from './line-book.ts';
import { MAX_LIVES } from './lives.ts';
import { restoreLife, savedLife, saveLife } from './saved-life.ts';

/** Changes with every change of the form below or of what its numbers mean. */
const VERSION = 3;

const amount = z.number();
const count = z.int().nonnegative();
/** Float32, little-endian, in base64: a third of what decimal figures take. */
const column = z.string().max(6 * CELLS);
const cells = z.array(z.number()).max(CELLS);

const savedFunction = z.tuple([
  count, // name
  column, // floors
  column, // variance
  column, // bytes allocated
  z.tuple([amount, amount, amount, amount, amount, amount, amount]),
]);

const savedStack = z.tuple([
  z.number(), // key
  z.array(count), // names
  column, // floors
  z.tuple([amount, amount]),
  z.array(count), // frames: function, file, line, each time
]);

const savedEpoch = z.object({
  profiles: count,
  fresh: count,
  startedAt: z.number().nullable(),
  build: z.object({ file: z.string(), id: z.string() }),
  periodBytes: z.number(),
  fingerprint: z.number(),
  allocBytes: z.number(),
  cells: z.object({ profiles: cells, startMs: cells, endMs: cells, allocBytes: cells }),
  strings: z.array(z.string()),
  functions: z.array(savedFunction),
  stacks: z.array(savedStack),
  /** Key, sampled objects in use, sampled objects ever allocated, bytes ever allocated, each time. */
  lines: z.array(z.number()),
});

const savedHistory = z.object({
  version: z.literal(VERSION),
  profiles: count,
  fresh: count,
  epochs: count,
  plateaus: z.array(z.tuple([z.string(), z.number()])),
  lives: z.array(savedLife).max(MAX_LIVES),
  epoch: savedEpoch.nullable(),
});

type SavedEpoch = z.infer<typeof savedEpoch>;

/** The history as plain JSON: what a daemon keeps beside the profiles, so that a restart forgets nothing. */
export function saveHistory(history: History): unknown {
  const { profiles, fresh, epochs, epoch } = history;
  return {
    version: VERSION,
    profiles,
    fresh,
    epochs,
    plateaus: [...history.plateaus],
    lives: history.lives.map(saveLife),
    epoch: epoch === undefined ? null : saveEpoch(epoch),
  };
}

/** `undefined` for what is not of this version, or damaged: then the history starts anew. */
export function restoreHistory(data: unknown): History | undefined {
  const { success, data: saved } = savedHistory.safeParse(data);
  if (!success) return undefined;
  const { profiles, fresh, epochs } = saved;
  const plateaus = new Map(saved.plateaus);
  const epoch = saved.epoch === null ? undefined : restoreEpoch(saved.epoch);
  return { profiles, fresh, epochs, plateaus, lives: saved.lives.map(restoreLife), epoch };
}

function saveEpoch(epoch: Epoch): SavedEpoch {
  const strings = new Map<string, number>();
  const index = (text: string): number => {
    const at = strings.get(text) ?? strings.size;
    strings.set(text, at);
    return at;
  };
  const { axis, functions, stacks } = epoch;
  const saved = {
    profiles: epoch.profiles,
    fresh: epoch.fresh,
    startedAt: epoch.startedAt ?? null,
    build: { file: epoch.buildFile, id: epoch.buildId },
    periodBytes: epoch.periodBytes,
    fingerprint: epoch.fingerprint,
    allocBytes: epoch.allocBytes,
    cells: saveAxis(axis),
    functions: [...functions].map(([name, each]) => saveFunction(index(name), each, axis.count)),
    stacks: [...stacks.values()].map((each, place) =>
      saveStack({ key: stacks.keyAt(place), each, index }, axis.count),
    ),
    lines: [...epoch.books.ledger.lines.save()].flatMap(([key, line]) => [
      key,
      line.live,
      line.allocated,
      line.allocBytes,
    ]),
  };
  return { ...saved, strings: [...strings.keys()] };
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

function saveFunction(
  name: number,
  { track, ...now }: FunctionHistory,
  used: number,
): z.infer<typeof savedFunction> {
  return [
    name,
    encode(track.floor, used),
    encode(track.variance, used),
    encode(track.allocBytes, used),
    [
      now.inuseBytes,
      now.objects,
      now.variance,
      now.allocBytes,
      now.peakBytes,
      now.sincePeak,
      now.fallBytes,
    ],
  ];
}

function saveStack(
  {
    key,
    each,
    index,
  }: {
    readonly key: number;
    readonly each: StackHistory;
    readonly index: (text: string) => number;
  },
  used: number,
): z.infer<typeof savedStack> {
  const frames = each.frames.flatMap(({ function: name, file, line }) => [
    index(name),
    index(file),
    line,
  ]);
  const now: [number, number] = [each.inuseBytes, each.objects];
  return [key, each.functions.map(index), encode(each.floor, used), now, frames];
}

function restoreEpoch(saved: SavedEpoch): Epoch {
  const { build, periodBytes, startedAt, profiles, fresh, fingerprint, allocBytes } = saved;
  const text = (at: number | undefined): string => saved.strings[at ?? -1] ?? '';
  const empty = createEpoch({ build, periodBytes }, startedAt ?? undefined);
  const functions = saved.functions.map((each) => [text(each[0]), restoreFunction(each)] as const);
  const epoch = {
    ...empty,
    books: openBooks(empty.books.stacks, periodBytes, restoreLines(saved.lines)),
    profiles,
    fresh,
    fingerprint,
    allocBytes,
    axis: restoreAxis(saved.cells),
    functions: new Map(functions),
  };
  for (const each of saved.stacks) restoreStack(epoch, each, text);
  return epoch;
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

function restoreFunction([, floor, variance, alloc, now]: z.infer<
  typeof savedFunction
>): FunctionHistory {
  const [inuseBytes, objects, levelVariance, allocBytes, peakBytes, sincePeak, fallBytes] = now;
  const history = createFunctionHistory(allocBytes);
  history.track.floor.set(decode(floor));
  history.track.variance.set(decode(variance));
  history.track.allocBytes.set(decode(alloc));
  const level = { inuseBytes, objects, variance: levelVariance };
  return { ...history, ...level, peakBytes, sincePeak, fallBytes };
}

function restoreStack(
  { books: { stacks }, stacks: floors, axis }: Epoch,
  [key, names, floor, [inuseBytes, objects], places]: z.infer<typeof savedStack>,
  text: (at: number | undefined) => string,
): void {
  const frames: Frame[] = [];
  for (let at = 0; at + 2 < places.length; at += 3) {
    const [name, file, line = 0] = places.slice(at, at + 3);
    frames.push({ function: text(name), file: text(file), line });
  }
  const bare = names.map((name) => ({ function: text(name), file: '', line: 0 }));
  const shown = frames.length > 0 ? frames : bare;
  const stack = stacks.add(
    shown.map((frame) => stacks.places.add([frame])),
    key,
  );
  stacks.inuseBytes[stack] = inuseBytes;
  stacks.objects[stack] = objects;
  floors.restore(floors.add(stack), decode(floor), axis.count);
}

function restoreLines(numbers: readonly number[]): ReadonlyMap<number, LineHistory> {
  const lines = new Map<number, LineHistory>();
  for (let at = 0; at + 3 < numbers.length; at += 4) {
    const [key = 0, live = 0, allocated = 0, allocBytes = 0] = numbers.slice(at, at + 4);
    lines.set(key, { live, allocated, allocBytes });
  }
  return lines;
}

function encode(values: Float32Array, used: number): string {
  return Buffer.from(values.buffer, values.byteOffset, 4 * used).toString('base64');
}

function decode(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer, 0, Math.min(CELLS, Math.floor(bytes.length / 4)));
}
