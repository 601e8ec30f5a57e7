import { coarse, fine, joinTrack, makeRoom } from './cells.ts';
import type { Track } from './cells.ts';
import { createFunctionHistory } from './epoch.ts';
import type { Epoch, FunctionHistory } from './epoch.ts';
import type { Look } from './ledger.ts';
import { ALLOC_BYTES, CHURN, INUSE_BYTES, OBJECTS, VARIANCE, WIDTH } from './sums.ts';

export const MAX_FUNCTIONS = 10_000;
const SWEEP_EVERY = 64;
/** As many as a block of the shortest usual window has: what comes and goes within is no fall. */
const FALL_PROFILES = 4;
/** A low is the least of some, and many are looked at. */
const FALL_Z = 4;

/**
 * Takes a fresh profile into the epoch, whose books have read it. The first of an epoch gets no cell:
 * before the first GC of a process it shows more than is alive (golang/go#81967), so it is only where
 * the counting begins. `at`: Unix milliseconds, not before the newest cell.
 */
export function takeIn(epoch: Epoch, look: Look, at: number): void {
  const cell = epoch.fresh === 0 ? undefined : addCell(epoch, look, at);
  const { sums } = epoch.books;
  recordFunctions(epoch, cell);
  epoch.stacks.seat(sums.touched.subarray(0, sums.touchedCount));
  if (cell !== undefined) epoch.stacks.record();
  epoch.allocBytes = look.allocBytes;
  epoch.fingerprint = look.fingerprint;
  epoch.fresh++;
  if (epoch.fresh % SWEEP_EVERY === 0) sweep(epoch);
}

function addCell(epoch: Epoch, look: Look, at: number): number {
  const { axis } = epoch;
  const joined = makeRoom(axis);
  if (joined !== undefined) {
    for (const { track } of epoch.functions.values()) joinTrack(track, joined);
    epoch.stacks.join(joined);
  }
  const cell = axis.count++;
  axis.profiles[cell] = 1;
  axis.startMs[cell] = at;
  axis.endMs[cell] = at;
  axis.allocBytes[cell] = look.allocBytes - epoch.allocBytes;
  return cell;
}

function recordFunctions(epoch: Epoch, cell: number | undefined): void {
  const { stacks, sums, functions } = epoch.books;
  const now = sums.functions;
  const { names } = stacks.places;
  for (let name = functions.length; name < names.length; name++) {
    functions.push(epoch.functions.get(names[name] ?? ''));
  }
  for (let name = 0; name < names.length; name++) {
    const known = functions[name] ?? begin(epoch, name);
    if (known !== undefined) record(known, now.subarray(name * WIDTH, (name + 1) * WIDTH), cell);
  }
}

function record(known: FunctionHistory, now: Float64Array, cell: number | undefined): void {
  const inuseBytes = now[INUSE_BYTES] ?? 0;
  const allocBytes = now[ALLOC_BYTES] ?? 0;
  known.variance = now[VARIANCE] ?? 0;
  if (cell !== undefined) {
    known.track.floor[cell] = fine(inuseBytes);
    known.track.variance[cell] = coarse(now[CHURN] ?? 0);
    known.track.allocBytes[cell] = coarse(allocBytes - known.allocBytes);
    recordFall(known, cell);
  }
  known.inuseBytes = inuseBytes;
  known.allocBytes = allocBytes;
  known.objects = now[OBJECTS] ?? 0;
}

function begin(epoch: Epoch, name: number): FunctionHistory | undefined {
  const { stacks, sums, functions } = epoch.books;
  const isInUse = (sums.functions[name * WIDTH + INUSE_BYTES] ?? 0) > 0;
  if (!isInUse || epoch.functions.size >= MAX_FUNCTIONS) return undefined;
  const history = createFunctionHistory(sums.functions[name * WIDTH + ALLOC_BYTES] ?? 0);
  epoch.functions.set(stacks.places.names[name] ?? '', history);
  functions[name] = history;
  return history;
}

/**
 * Kept from profile to profile, for cells that were joined no longer show how deep the falls within them
 * were. What chance makes of a level that turns over is no fall.
 */
function recordFall(known: FunctionHistory, cell: number): void {
  known.sincePeak += known.track.variance[cell] ?? 0;
  if (cell < FALL_PROFILES - 1) return;
  const low = lowest(known.track, cell);
  if (low >= known.peakBytes) {
    known.peakBytes = low;
    known.sincePeak = 0;
    return;
  }
  const fall = known.peakBytes - low;
  const noise = Math.sqrt(Math.min(known.sincePeak, 2 * known.variance));
  if (fall > FALL_Z * noise) known.fallBytes = Math.max(known.fallBytes, fall);
}

function lowest({ floor }: Track, cell: number): number {
  let low = Infinity;
  for (let at = cell - FALL_PROFILES + 1; at <= cell; at++) low = Math.min(low, floor[at] ?? 0);
  return low;
}

/** Forgets what nothing is left of in any cell: sites that were in use for a moment, and closures. */
function sweep({ functions, stacks, books }: Epoch): void {
  for (const [name, { inuseBytes, track }] of functions) {
    if (inuseBytes === 0 && track.floor.every((bytes) => bytes === 0)) functions.delete(name);
  }
  books.functions.length = 0;
  stacks.sweep();
}
