import type { Suspect } from '../growth/verdict.ts';
import type { PileGrowth } from '../kind/pile-growth.ts';
import { memoryInUse, type Reading } from '../memory/reading.ts';
import type { MemoryOutlook } from './incident.ts';

export interface OutlookQuestion {
  readonly at: number;
  readonly reading: Reading;
  /** The configured limit; where it is `undefined`, GOMEMLIMIT counts. */
  readonly limitBytes: number | undefined;
  readonly suspect: Suspect;
  /** All that is suspected at the time, itself included or not: what grows beside it fills the same room. */
  readonly all?: readonly Suspect[];
  /** True where it does not grow in the heap, so that no room for garbage grows with it. */
  readonly isOutsideHeap?: boolean;
  /** What memory grows by beside goroutines that pile up, where readings tell. */
  readonly pile?: PileGrowth | undefined;
}

const HOUR_MS = 3_600_000;
/** Beyond a year it is no forecast. */
const HORIZON_MS = 365 * 24 * HOUR_MS;
/** GOGC=100: the heap may grow to twice what was live before it is collected (runtime, GOGC). */
const DEFAULT_GOAL_PER_LIVE = 2;
/** With GOGC=off the goal is 2^63 or above: no goal. */
const NO_GOAL_BYTES = 2 ** 60;

export type OutlookOf = (suspect: Suspect) => MemoryOutlook;

/** For any suspect of one moment. */
export function outlookAt(moment: Omit<OutlookQuestion, 'suspect'>): OutlookOf {
  return (suspect) => outlookFor({ ...moment, suspect });
}

/**
 * Where memory stands, and when the limit is reached if the live heap goes on growing at the rate of
 * the suspect and of what is suspected beside it: earliest at its high bound, latest at its low one.
 */
export function outlookFor(question: OutlookQuestion): MemoryOutlook {
  const { reading, suspect, all = [] } = question;
  const memory = memoryInUse(reading);
  const limitBytes = question.limitBytes ?? reading.limitBytes;
  const growth = together([suspect, ...all]);
  const { room, rate, low, high } = forecast(limitBytes, growth, question);
  const reachedAt = (bytesPerHour: number) => limitReachedAt(question.at, room, bytesPerHour);
  return {
    readingBytes: memory.bytes,
    readingKind: memory.kind,
    limitBytes,
    bytesPerHour: growth.rate,
    limitReachedAt: reachedAt(rate),
    limitReachedAtEarliest: reachedAt(high),
    limitReachedAtLatest: reachedAt(low),
  };
}

interface Forecast extends Omit<Growth, 'inuseBytes'> {
  /** Bytes that may still come at this rate. */
  readonly room: number | undefined;
}

function forecast(
  limitBytes: number | undefined,
  { inuseBytes, ...rates }: Growth,
  question: OutlookQuestion,
): Forecast {
  const { pile, reading } = question;
  if (limitBytes === undefined) return { room: undefined, ...rates };
  if (pile === undefined || yieldsGarbage(limitBytes, reading))
    return { room: roomForLiveHeap(limitBytes, inuseBytes, question), ...rates };
  const room = limitBytes - peakBytes(memoryInUse(reading).bytes, reading);
  return { room, ...pileRates(pile, room) };
}

/** The goal at a reading strays from its line, and so does that at the end: that is room, and counts as if it were of the rate. */
function pileRates(pile: PileGrowth, room: number) {
  const { perHour, least, isWarm, perHourError, goalError } = pile;
  const error = 2 * Math.hypot(perHourError, (perHour * 2 * goalError) / Math.max(1, room));
  const low = isWarm ? Math.max(least, perHour - error) : least;
  return { rate: perHour, low, high: perHour + error };
}

interface Growth {
  readonly inuseBytes: number;
  /** Bytes an hour. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The sum of those that grow apart from each other; of two on one call path, the larger one has the
 * growth of the other in it. Their errors are independent, and so add up by their squares.
 */
function together(suspects: readonly Suspect[]): Growth {
  const apart: Suspect[] = [];
  for (const each of suspects.toSorted((a, b) => b.growthBytesPerHour - a.growthBytesPerHour)) {
    if (!apart.some((other) => areOnOnePath(each, other))) apart.push(each);
  }
  const sum = (of: (each: Suspect) => number): number =>
    apart.reduce((total, each) => total + of(each), 0);
  const rate = sum((each) => each.growthBytesPerHour);
  const squared = (of: (each: Suspect) => number): number => sum((each) => of(each) ** 2);
  const below = squared((each) => each.growthBytesPerHour - each.growthBytesPerHourLow);
  const above = squared((each) => each.growthBytesPerHourHigh - each.growthBytesPerHour);
  return {
    inuseBytes: sum((each) => each.inuseBytes),
    rate,
    low: rate - Math.sqrt(below),
    high: rate + Math.sqrt(above),
  };
}

function areOnOnePath(one: Suspect, other: Suspect): boolean {
  return (
    one.function === other.function ||
    one.stack.includes(other.function) ||
    other.stack.includes(one.function)
  );
}

function limitReachedAt(
  at: number,
  room: number | undefined,
  bytesPerHour: number,
): number | undefined {
  if (room === undefined) return undefined;
  if (room <= 0) return at;
  const inMs = (room / bytesPerHour) * HOUR_MS;
  return bytesPerHour > 0 && inMs <= HORIZON_MS ? Math.round(at + inMs) : undefined;
}

/**
 * By how many bytes the live heap may still grow before memory reaches the limit; 0 or less at the
 * limit. Source: https://go.dev/doc/gc-guide, "total memory footprint".
 *
 * Between two collections the heap grows to its goal, live × (1 + GOGC/100), so without GOMEMLIMIT
 * each live byte takes `goalPerLive` bytes, and the room is what is left above the goal, divided by
 * that: limit 1000, memory 400, goal 400 of which 200 live → (1000 − 400) / 2 = 300.
 *
 * A GOMEMLIMIT makes the runtime collect earlier rather than exceed it, so garbage yields to live bytes
 * and the room is the limit less all that is no heap, less the live heap: limit 1000, memory 900, of
 * it 100 no heap and 600 live → 300. The collector works ever harder on the way there.
 */
function roomForLiveHeap(
  limitBytes: number,
  suspectedBytes: number,
  { reading, isOutsideHeap = false }: OutlookQuestion,
): number {
  if (isOutsideHeap) return limitBytes - memoryInUse(reading).bytes;
  const memory = boundedBytes(limitBytes, reading);
  if (memory >= limitBytes) return 0;
  const held = heapHeldBytes(reading);
  const goal = goalBytes(reading);
  const live = liveBytes(goal, reading, suspectedBytes);
  if (yieldsGarbage(limitBytes, reading)) return limitBytes - Math.max(0, memory - held) - live;
  const peak = peakBytes(memory, reading);
  const goalPerLive = goal === undefined ? DEFAULT_GOAL_PER_LIVE : Math.max(1, goal / live);
  return (limitBytes - peak) / goalPerLive;
}

function yieldsGarbage(limitBytes: number, reading: Reading): boolean {
  return reading.limitBytes !== undefined && reading.limitBytes <= limitBytes;
}

/** What memory comes up to before the next collection. */
function peakBytes(memory: number, reading: Reading): number {
  return memory + Math.max(0, (goalBytes(reading) ?? 0) - heapHeldBytes(reading));
}

/**
 * What the limit bounds: all of the process, or where it is GOMEMLIMIT what the Go runtime holds, which knows
 * no binary, no cgo and no mmap (runtime/debug, SetMemoryLimit).
 */
function boundedBytes(limitBytes: number, reading: Reading): number {
  const { sysBytes, heapReleasedBytes = 0 } = reading;
  const isOfRuntime = limitBytes === reading.limitBytes && sysBytes !== undefined;
  return isOfRuntime ? sysBytes - heapReleasedBytes : memoryInUse(reading).bytes;
}

/** What the heap takes of the system: its spans in use, and the idle ones not yet given back. */
function heapHeldBytes(reading: Reading): number {
  const { heapInuseBytes, heapIdleBytes = 0, heapReleasedBytes = heapIdleBytes } = reading;
  return heapInuseBytes + Math.max(0, heapIdleBytes - heapReleasedBytes);
}

function goalBytes({ nextGcBytes }: Reading): number | undefined {
  return nextGcBytes === undefined || nextGcBytes >= NO_GOAL_BYTES ? undefined : nextGcBytes;
}

/**
 * The live heap is not told, but bounded: what the suspects hold is live, and HeapAlloc is live bytes
 * and garbage. Between the two, GOGC is taken for its default. With neither goal nor doubt, all of
 * HeapAlloc counts as live, which errs on the early side.
 */
function liveBytes(goal: number | undefined, reading: Reading, suspectedBytes: number): number {
  const guess = goal === undefined ? reading.heapAllocBytes : goal / DEFAULT_GOAL_PER_LIVE;
  return Math.max(1, suspectedBytes, Math.min(guess, reading.heapAllocBytes));
}
