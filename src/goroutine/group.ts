import { originOf } from '../growth/origin.ts';
import type { Place } from '../growth/verdict.ts';
import type { GoroutineStack } from '../pprof/decode-goroutines.ts';
import { normaliseFunction } from '../pprof/function-name.ts';
import type { Frame } from '../pprof/profile.ts';
import { enclosingFunction } from './enclosing.ts';

/** Goroutines that block in the same function, started by the same, and wait for the same. */
export interface GoroutineGroup {
  readonly key: string;
  readonly blockedIn: Place;
  readonly startedBy: Place;
  readonly createdIn: string | undefined;
  readonly state: string;
  readonly stack: readonly string[];
  readonly count: number;
}

const RUNNING = 'running';
/** Earlier versions called it running, and so their saved looks have it. */
const COROUTINE = 'coroutine';
const MAX_GROUPS = 40;
const MAX_FRAMES = 64;

/** By the runtime function that they wait in (runtime/runtime2.go, waitReasonStrings); the first that fits. */
const STATES: readonly (readonly [RegExp, string])[] = [
  [/^runtime\.chansend/, 'chan send'],
  [/^runtime\.chanrecv/, 'chan receive'],
  [/^runtime\.selectgo$/, 'select'],
  [/^runtime\.block$/, 'select (no cases)'],
  [/^(time\.Sleep|runtime\.timeSleep)$/, 'sleep'],
  [/^internal\/poll\.|^runtime\.netpollblock$/, 'IO wait'],
  [/^sync\.\(\*Cond\)\.Wait$|notifyListWait$/, 'sync.Cond.Wait'],
  [/^sync\.\(\*WaitGroup\)\.Wait$/, 'sync.WaitGroup.Wait'],
  [/^(internal\/)?sync\.\(\*(RW)?Mutex\)|^runtime\.semacquire/, 'lock'],
  [/^(syscall|internal\/runtime\/syscall)\./, 'syscall'],
  [/^runtime\.coro(switch|start)$/, COROUTINE],
];

/** The groups of a goroutine profile, the largest first, the small ones of very many left out. */
export function groupGoroutines(
  stacks: readonly GoroutineStack[],
  ownPackages: readonly string[],
): { readonly total: number; readonly groups: readonly GoroutineGroup[] } {
  const origin = originOf(ownPackages.length > 0 ? ownPackages : NOBODY);
  const isCode = (name: string) => ['own', 'third_party'].includes(origin(name));
  const groups = new Map<string, GoroutineGroup>();
  let total = 0;
  for (const stack of stacks) {
    total += stack.count;
    const group = groupOf(stack, isCode);
    const known = groups.get(group.key);
    groups.set(group.key, known === undefined ? group : together(known, group, stack));
  }
  const largest = [...groups.values()].toSorted((a, b) => b.count - a.count);
  return { total, groups: largest.slice(0, MAX_GROUPS) };
}

/** What runs in some of them only is not told of all: then what started them is. */
function together(
  known: GoroutineGroup,
  other: GoroutineGroup,
  { frames }: GoroutineStack,
): GoroutineGroup {
  const count = known.count + other.count;
  if (known.startedBy.function === other.startedBy.function) return { ...known, count };
  return { ...known, count, ...startOf(frames.at(-1)) };
}

function startOf(frame: Frame | undefined): Pick<GoroutineGroup, 'startedBy' | 'createdIn'> {
  const startedBy = placeOf(frame);
  const enclosing = enclosingFunction(startedBy.function);
  return { startedBy, createdIn: enclosing === startedBy.function ? undefined : enclosing };
}

/** Told apart from the library is all that is wanted here, and for that nobody's packages do. */
const NOBODY = ['none/of/them'];

function groupOf(
  { count, frames }: GoroutineStack,
  isCode: (name: string) => boolean,
): GoroutineGroup {
  const leaf =
    frames.find((frame) => isCode(frame.function)) ?? frames.find(isOutside) ?? frames[0];
  const blockedIn = placeOf(leaf);
  const root = placeOf(frames.at(-1));
  const state = stateOf(frames);
  const parked = frames.findIndex(isOutside);
  const seen = frames.slice(Math.max(0, parked), Math.max(0, parked) + MAX_FRAMES);
  return {
    // Looks are saved with it, and are compared with those of a later version.
    key: JSON.stringify([blockedIn.function, root.function, state === COROUTINE ? RUNNING : state]),
    blockedIn,
    ...startOf(frames.findLast(isStarted) ?? frames.at(-1)),
    state,
    stack: seen.map((frame) => normaliseFunction(frame.function)),
    count,
  };
}

function isOutside({ function: name }: Frame): boolean {
  return !/^(runtime|internal\/runtime\/\w+)\./.test(name);
}

/** Not what starts goroutines for whoever asks: what they were asked to run stands above it. */
function isStarted(frame: Frame): boolean {
  return isOutside(frame) && !STARTERS.test(frame.function);
}

/** Of sync and of golang.org/x/sync/errgroup (`add`: v0.14 and v0.15). */
const STARTERS =
  /^(sync\.\(\*WaitGroup\)\.Go|golang\.org\/x\/sync\/errgroup\.\(\*Group\)\.((Try)?Go|add))(\.func\d+)+$/;

function placeOf(frame: Frame | undefined): Place {
  if (frame === undefined) return { function: 'unknown', file: '', line: 0 };
  return { ...frame, function: normaliseFunction(frame.function) };
}

function stateOf(frames: readonly Frame[]): string {
  for (const [pattern, state] of STATES) {
    const near = frames.slice(0, WAITING_FRAMES);
    if (near.some((frame) => pattern.test(frame.function))) return state;
  }
  return RUNNING;
}

/** What a goroutine waits for stands within its innermost frames. */
const WAITING_FRAMES = 8;
