import type { Frame, Profile } from '../pprof/profile.ts';
import { CELLS, joinFloor, joinTrack, makeRoom } from './cells.ts';
import { createFunctionHistory } from './epoch.ts';
import type { Epoch, FunctionHistory, LineHistory } from './epoch.ts';
import type { LineSample, Snapshot } from './snapshot.ts';

export const MAX_STACKS = 20_000;
export const MAX_FUNCTIONS = 10_000;
const MAX_LINES = 100_000;
const SWEEP_EVERY = 64;
/** As many as a block of the shortest usual window has: what comes and goes within is no fall. */
const FALL_PROFILES = 4;
/** A low is the least of some, and many are looked at. */
const FALL_Z = 4;

export interface Capture {
  readonly profile: Profile;
  readonly snapshot: Snapshot;
  /** Unix milliseconds. */
  readonly at: number;
}

/** What one profile says of each stack or function, in columns. */
interface Sums {
  readonly inuseBytes: Float64Array;
  readonly allocBytes: Float64Array;
  readonly objects: Float64Array;
  /** Sampling variance of the bytes in use, bytes². */
  readonly variance: Float64Array;
  /** Bound on the sampling variance of their change since the profile before, bytes². */
  readonly churn: Float64Array;
}

/** `cell`: where the profile goes on the time axis; `undefined` for the first of an epoch. */
interface Place {
  readonly epoch: Epoch;
  readonly cell: number | undefined;
}

/**
 * Takes a fresh profile into the epoch. The first of an epoch gets no cell: before the first GC of a
 * process it shows more than is alive (golang/go#81967), so it is only where the counting begins.
 */
export function takeIn(epoch: Epoch, { profile, snapshot, at }: Capture): void {
  const stacks = sumStacks(epoch, snapshot);
  const functions = sumFunctions(snapshot, stacks);
  const place = { epoch, cell: epoch.fresh === 0 ? undefined : addCell(epoch, snapshot, at) };
  recordFunctions(place, snapshot, functions);
  recordStacks(place, { profile, snapshot, at }, stacks);
  epoch.lines = linesInUse(snapshot);
  epoch.allocBytes = snapshot.allocBytes;
  epoch.fingerprint = snapshot.fingerprint;
  epoch.fresh++;
  if (epoch.fresh % SWEEP_EVERY === 0) sweep(epoch);
}

function sumStacks(epoch: Epoch, { stacks, lines }: Snapshot): Sums {
  const sums = createSums(stacks.length);
  stacks.forEach(({ inuseBytes, allocBytes }, index) => {
    sums.inuseBytes[index] = inuseBytes;
    sums.allocBytes[index] = allocBytes;
  });
  for (const [key, line] of lines) {
    const { variance } = line.weight;
    add(sums.objects, line.stack, line.live);
    add(sums.variance, line.stack, line.live * variance);
    add(sums.churn, line.stack, turnover(line, epoch.lines.get(key)) * variance);
  }
  return sums;
}

/**
 * The most sampled objects that can have been born or have died: of `allocated` new ones no more are
 * in use than all that are, so up = min(allocated, live) and down = up − change.
 */
function turnover(line: LineSample, before: LineHistory | undefined): number {
  if (before === undefined) return line.live;
  const change = line.live - before.live;
  const up = Math.max(0, change, Math.min(line.allocated - before.allocated, line.live));
  return up + (up - change);
}

function sumFunctions({ stacks, functions }: Snapshot, ofStacks: Sums): Sums {
  const sums = createSums(functions.length);
  const columns = Object.values(sums);
  const sources = Object.values(ofStacks);
  const countedFor = new Int32Array(functions.length).fill(-1);
  stacks.forEach((stack, index) => {
    for (const name of stack.functions) {
      if (countedFor[name] === index) continue;
      countedFor[name] = index;
      columns.forEach((column, which) => add(column, name, sources[which]?.[index] ?? 0));
    }
  });
  return sums;
}

function addCell({ axis, ...epoch }: Epoch, snapshot: Snapshot, at: number): number {
  const joined = makeRoom(axis);
  if (joined !== undefined) {
    for (const { track } of epoch.functions.values()) joinTrack(track, joined);
    for (const { floor } of epoch.stacks.values()) joinFloor(floor, joined);
  }
  const cell = axis.count++;
  const time = Math.max(at, axis.endMs[cell - 1] ?? at);
  axis.profiles[cell] = 1;
  axis.startMs[cell] = time;
  axis.endMs[cell] = time;
  axis.allocBytes[cell] = snapshot.allocBytes - epoch.allocBytes;
  return cell;
}

function recordFunctions({ epoch, cell }: Place, snapshot: Snapshot, sums: Sums): void {
  snapshot.functions.forEach((name, index) => {
    const allocBytes = sums.allocBytes[index] ?? 0;
    const inuseBytes = sums.inuseBytes[index] ?? 0;
    let known = epoch.functions.get(name);
    if (known === undefined) {
      if (inuseBytes === 0 || epoch.functions.size >= MAX_FUNCTIONS) return;
      known = createFunctionHistory(allocBytes);
      epoch.functions.set(name, known);
    }
    known.variance = sums.variance[index] ?? 0;
    if (cell !== undefined) {
      known.track.floor[cell] = inuseBytes;
      known.track.variance[cell] = sums.churn[index] ?? 0;
      known.track.allocBytes[cell] = allocBytes - known.allocBytes;
      recordFall(known, cell);
    }
    known.inuseBytes = inuseBytes;
    known.allocBytes = allocBytes;
    known.objects = sums.objects[index] ?? 0;
  });
}

/**
 * Kept from profile to profile, for cells that were joined no longer show how deep the falls within them
 * were. What chance makes of a level that turns over is no fall.
 */
function recordFall(known: FunctionHistory, cell: number): void {
  known.sincePeak += known.track.variance[cell] ?? 0;
  if (cell < FALL_PROFILES - 1) return;
  const low = Math.min(...known.track.floor.subarray(cell - FALL_PROFILES + 1, cell + 1));
  if (low >= known.peakBytes) {
    known.peakBytes = low;
    known.sincePeak = 0;
    return;
  }
  const fall = known.peakBytes - low;
  const noise = Math.sqrt(Math.min(known.sincePeak, 2 * known.variance));
  if (fall > FALL_Z * noise) known.fallBytes = Math.max(known.fallBytes, fall);
}

function recordStacks({ epoch, cell }: Place, { profile, snapshot }: Capture, sums: Sums): void {
  snapshot.stacks.forEach(({ key, functions, inuseBytes, row }, index) => {
    let known = epoch.stacks.get(key);
    if (known === undefined) {
      if (inuseBytes === 0 || epoch.stacks.size >= MAX_STACKS) return;
      const names = functions.map((name) => snapshot.functions[name] ?? '');
      known = {
        functions: names,
        floor: new Float32Array(CELLS),
        inuseBytes,
        objects: 0,
        frames: [],
      };
      epoch.stacks.set(key, known);
    }
    if (cell !== undefined) known.floor[cell] = inuseBytes;
    if (row >= 0) known.frames = framesOf(profile, row);
    known.inuseBytes = inuseBytes;
    known.objects = sums.objects[index] ?? 0;
  });
}

function framesOf(profile: Profile, row: number): readonly Frame[] {
  const locations = profile.stackLocations.subarray(
    profile.stackStart[row],
    profile.stackStart[row + 1],
  );
  return [...locations].flatMap((location) => profile.locations[location]?.frames ?? []);
}

function linesInUse({ lines }: Snapshot): Map<number, LineHistory> {
  const kept = new Map<number, LineHistory>();
  for (const [key, { live, allocated, allocBytes }] of lines) {
    if (live > 0 && kept.size < MAX_LINES) kept.set(key, { live, allocated, allocBytes });
  }
  return kept;
}

/** Forgets what nothing is left of in any cell: sites that were in use for a moment, and closures. */
function sweep({ functions, stacks }: Epoch): void {
  for (const [name, { inuseBytes, track }] of functions) {
    if (inuseBytes === 0 && isBare(track.floor)) functions.delete(name);
  }
  for (const [key, { inuseBytes, floor }] of stacks) {
    if (inuseBytes === 0 && isBare(floor)) stacks.delete(key);
  }
}

function isBare(floor: Float32Array): boolean {
  return floor.every((bytes) => bytes === 0);
}

function createSums(length: number): Sums {
  return {
    inuseBytes: new Float64Array(length),
    allocBytes: new Float64Array(length),
    objects: new Float64Array(length),
    variance: new Float64Array(length),
    churn: new Float64Array(length),
  };
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? 0) + amount;
}
