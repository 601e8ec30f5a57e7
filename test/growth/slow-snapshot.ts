import { normaliseFunction } from '../../src/pprof/function-name.ts';
import type { Location, Profile } from '../../src/pprof/profile.ts';
import { hashText, mix } from '../../src/growth/hash.ts';
import { servesObserver } from '../../src/growth/observer.ts';
import { sampledObjects, weigh } from '../../src/growth/sampling.ts';
import type { Weight } from '../../src/growth/sampling.ts';

/**
 * The slow and obvious way, to hold the fold to: maps and objects, each profile by itself.
 *
 * One profile, added up by stack: stacks are told apart by the names of their functions, leaf first,
 * with inlined frames expanded and direct recursion collapsed, never by addresses or lines. Stacks of
 * the profiler itself are left out.
 */
export interface Snapshot {
  /** Normalised; stacks refer to them by position. */
  readonly functions: readonly string[];
  readonly stacks: readonly StackSample[];
  /** By key: what is of one stack and one object size. */
  readonly lines: ReadonlyMap<number, LineSample>;
  readonly inuseBytes: number;
  readonly allocBytes: number;
  /** The same for two profiles between which no GC published anything, in whatever order the rows stand. */
  readonly fingerprint: number;
}

export interface StackSample {
  readonly key: number;
  readonly functions: readonly number[];
  inuseBytes: number;
  allocBytes: number;
  /** The sample that holds most of the bytes in use: its frames are the ones to show. */
  row: number;
  rowBytes: number;
}

export interface LineSample {
  readonly stack: number;
  readonly weight: Weight;
  /** Sampled objects in use. */
  live: number;
  /** Sampled objects ever allocated. */
  allocated: number;
  allocBytes: number;
}

/** Of each location its functions, innermost first; `undefined` where it belongs to the profiler. */
interface Names {
  readonly functions: readonly string[];
  readonly hashes: readonly number[];
  readonly ofLocation: readonly (readonly number[] | undefined)[];
}

interface Builder {
  readonly profile: Profile;
  readonly names: Names;
  readonly stacks: StackSample[];
  readonly stackOf: Map<number, number>;
  readonly lines: Map<number, LineSample>;
  inuseBytes: number;
  allocBytes: number;
  fingerprint: number;
}

const FINGERPRINTS = 2 ** 52;

export function takeSnapshot(profile: Profile): Snapshot {
  const builder: Builder = {
    profile,
    names: nameLocations(profile.locations),
    stacks: [],
    stackOf: new Map(),
    lines: new Map(),
    inuseBytes: 0,
    allocBytes: 0,
    fingerprint: 0,
  };
  for (let row = 0; row < profile.sampleCount; row++) addRow(builder, row);
  return { ...builder, functions: builder.names.functions };
}

function addRow(builder: Builder, row: number): void {
  const { profile } = builder;
  const functions = functionsOf(builder, row);
  if (functions === undefined) return;
  const inuse = profile.values.inuse_space[row] ?? 0;
  const alloc = profile.values.alloc_space[row] ?? 0;
  const stack = stackAt(builder, functions);
  builder.inuseBytes += inuse;
  builder.allocBytes += alloc;
  stack.sample.inuseBytes += inuse;
  stack.sample.allocBytes += alloc;
  if (inuse > stack.sample.rowBytes) Object.assign(stack.sample, { row, rowBytes: inuse });
  addLine(builder, stack, row);
}

function addLine(
  builder: Builder,
  stack: { readonly index: number; readonly sample: StackSample },
  row: number,
): void {
  const { profile, lines } = builder;
  const label = profile.size[row] ?? 0;
  const weight = weigh(label > 0 ? label : meanSize(profile, row), profile.periodBytes);
  const live = sampledObjects(profile.values.inuse_space[row] ?? 0, weight.bytes);
  const allocBytes = profile.values.alloc_space[row] ?? 0;
  const allocated = sampledObjects(allocBytes, weight.bytes);
  const key = mix(stack.sample.key, label);
  builder.fingerprint =
    (builder.fingerprint + (mix(mix(key, live), allocated) % FINGERPRINTS)) % FINGERPRINTS;
  const line = lines.get(key);
  if (line === undefined) {
    lines.set(key, { stack: stack.index, weight, live, allocated, allocBytes });
  } else {
    line.live += live;
    line.allocated += allocated;
    line.allocBytes += allocBytes;
  }
}

/** Without the label `bytes` all sizes of a stack share a row, and the mean has to do. */
function meanSize({ values }: Profile, row: number): number {
  const objects = values.alloc_objects[row] ?? 0;
  return objects > 0 ? (values.alloc_space[row] ?? 0) / objects : 0;
}

function stackAt(
  { names, stacks, stackOf }: Builder,
  functions: readonly number[],
): { readonly index: number; readonly sample: StackSample } {
  let key = functions.length;
  for (const index of functions) key = mix(key, names.hashes[index] ?? 0);
  const index = stackOf.get(key) ?? stacks.length;
  const known = stacks[index];
  if (known !== undefined) return { index, sample: known };
  const sample = { key, functions, inuseBytes: 0, allocBytes: 0, row: -1, rowBytes: 0 };
  stackOf.set(key, index);
  stacks.push(sample);
  return { index, sample };
}

function functionsOf({ profile, names }: Builder, row: number): readonly number[] | undefined {
  const functions: number[] = [];
  let last = -1;
  const end = profile.stackStart[row + 1] ?? 0;
  for (let at = profile.stackStart[row] ?? 0; at < end; at++) {
    const some = names.ofLocation[profile.stackLocations[at] ?? -1];
    if (some === undefined) return undefined;
    for (const index of some) last = append(functions, last, index);
  }
  return functions;
}

function append(functions: number[], last: number, index: number): number {
  if (index !== last) functions.push(index);
  return index;
}

function nameLocations(locations: readonly Location[]): Names {
  const functions: string[] = [];
  const indexOf = new Map<string, number>();
  const name = (raw: string): number => {
    const known = indexOf.get(raw);
    if (known !== undefined) return known;
    const plain = normaliseFunction(raw);
    const index = indexOf.get(plain) ?? functions.length;
    if (index === functions.length) functions.push(plain);
    indexOf.set(raw, index).set(plain, index);
    return index;
  };
  const ofLocation = locations.map(({ frames }) =>
    frames.some((frame) => servesObserver(frame.function))
      ? undefined
      : frames.map((frame) => name(frame.function)),
  );
  return { functions, hashes: functions.map(hashText), ofLocation };
}
