import type { MemoryInUse, Reading } from './reading.ts';

/** What a reading said, for pictures; what its source does not tell is absent. */
export interface MemoryPoint {
  readonly at: number;
  readonly heapInuseBytes: number;
  readonly rssBytes: number | undefined;
  readonly stackInuseBytes: number | undefined;
  readonly goroutines: number | undefined;
  /** Start of the process: another one is a restart. */
  readonly startedAt: number | undefined;
  /** What the runtime holds of the system, for where the resident set is not told. */
  readonly goTotalBytes?: number | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CAPACITY = 480;
/** Of what is at most so old, one reading in each slot is kept: 120 for the hour, 138 for the day, 144 for the week. */
const AGES = [
  { untilMs: HOUR, slotMs: MINUTE / 2 },
  { untilMs: DAY, slotMs: 10 * MINUTE },
  { untilMs: 7 * DAY, slotMs: HOUR },
] as const;
const SLOTS_OF_AN_HOUR = 120;

type Columns = Readonly<Record<keyof MemoryPoint, Float64Array | Float32Array>>;

/**
 * The readings of one target over a week, finer the younger they are: when it is full, the highest of each
 * slot stays, so that no peak is lost, and the newest. Numbers stand in typed arrays, 17 kB a target,
 * since there are thousands of targets; a float of 32 bits tells 2 GiB to 128 bytes.
 */
export class MemoryHistory {
  readonly #columns: Columns = {
    at: new Float64Array(CAPACITY),
    startedAt: new Float64Array(CAPACITY),
    heapInuseBytes: new Float32Array(CAPACITY),
    rssBytes: new Float32Array(CAPACITY),
    stackInuseBytes: new Float32Array(CAPACITY),
    goroutines: new Float32Array(CAPACITY),
    goTotalBytes: new Float32Array(CAPACITY),
  };
  #length = 0;

  add(reading: Reading): void {
    const { at, heapInuseBytes, rssBytes, stackInuseBytes, goroutines, startedAt } = reading;
    const told = { at, heapInuseBytes, rssBytes, stackInuseBytes, goroutines, startedAt };
    this.append({ ...told, goTotalBytes: goTotalBytes(reading) });
  }

  /** What is not older than it, as after a clock was set back, gives way to it. */
  append(point: MemoryPoint): void {
    while (this.#length > 0 && this.#timeAt(this.#length - 1) >= point.at) this.#length -= 1;
    if (this.#length === CAPACITY) this.#makeRoom(point.at);
    for (const name of NAMES) this.#columns[name][this.#length] = point[name] ?? Number.NaN;
    this.#length += 1;
  }

  /** Oldest first; of what is younger than `since` alone where that is given. */
  points(since = -Infinity): readonly MemoryPoint[] {
    const first = this.#firstSince(since);
    return Array.from({ length: this.#length - first }, (_, index) => this.#point(first + index));
  }

  /** The newest. */
  last(): MemoryPoint | undefined {
    return this.#length === 0 ? undefined : this.#point(this.#length - 1);
  }

  #firstSince(since: number): number {
    let first = this.#length;
    while (first > 0 && this.#timeAt(first - 1) >= since) first -= 1;
    return first;
  }

  #point(index: number): MemoryPoint {
    const told = (name: keyof MemoryPoint) => {
      const value = this.#columns[name][index] ?? Number.NaN;
      return Number.isNaN(value) ? undefined : value;
    };
    return {
      at: this.#timeAt(index),
      heapInuseBytes: told('heapInuseBytes') ?? 0,
      rssBytes: told('rssBytes'),
      stackInuseBytes: told('stackInuseBytes'),
      goroutines: told('goroutines'),
      startedAt: told('startedAt'),
      goTotalBytes: told('goTotalBytes'),
    };
  }

  #timeAt(index: number): number {
    return this.#columns.at[index] ?? 0;
  }

  #makeRoom(now: number): void {
    const slotOf = slotsUpTo(now, now - this.#timeAt(0));
    let kept = 0;
    let slot = '';
    for (let index = 0; index < CAPACITY; index++) {
      const next = slotOf(this.#timeAt(index));
      if (next === undefined) continue;
      const isSame = next === slot && index < CAPACITY - 1;
      slot = next;
      if (!isSame) this.#move(index, kept++);
      else if (this.#usedAt(index) > this.#usedAt(kept - 1)) this.#move(index, kept - 1);
    }
    // Readings so irregular that each has a slot of its own: the oldest go.
    const surplus = Math.max(0, kept - CAPACITY + 1);
    for (let index = surplus; index < kept; index++) this.#move(index, index - surplus);
    this.#length = kept - surplus;
  }

  #usedAt(index: number): number {
    return memoryUsed(this.#point(index));
  }

  #move(from: number, to: number): void {
    for (const name of NAMES) this.#columns[name][to] = this.#columns[name][from] ?? Number.NaN;
  }
}

const NAMES = [
  'at',
  'startedAt',
  'heapInuseBytes',
  'rssBytes',
  'stackInuseBytes',
  'goroutines',
  'goTotalBytes',
] as const satisfies readonly (keyof MemoryPoint)[];

/** Of a point what `memoryInUse` is of a reading. */
export function memoryUsed(point: MemoryPoint): number {
  return memoryAt(point).bytes;
}

export function memoryAt({ rssBytes, goTotalBytes, heapInuseBytes }: MemoryPoint): MemoryInUse {
  if (rssBytes !== undefined) return { kind: 'rss', bytes: rssBytes };
  if (goTotalBytes !== undefined) return { kind: 'go_total', bytes: goTotalBytes };
  return { kind: 'heap_inuse', bytes: heapInuseBytes };
}

/** The highest of each slot, and the newest: for a picture that is no finer than that. */
export function highestOfEach(
  points: readonly MemoryPoint[],
  slotMs: number,
): readonly MemoryPoint[] {
  const highest = new Map<number, MemoryPoint>();
  for (const point of points) {
    const slot = Math.floor(point.at / slotMs);
    const known = highest.get(slot);
    if (known === undefined || memoryUsed(point) > memoryUsed(known)) highest.set(slot, point);
  }
  const last = points.at(-1);
  const shown = [...highest.values()];
  return last === undefined || shown.at(-1) === last ? shown : [...shown, last];
}

/** Names the slot of a time; `undefined` for what is too old. What was watched for less than an hour has as many slots. */
function slotsUpTo(now: number, spanMs: number): (at: number) => string | undefined {
  const finest = Math.max(1, Math.min(HOUR, spanMs) / SLOTS_OF_AN_HOUR);
  return (at) => {
    const age = AGES.find(({ untilMs }) => now - at <= untilMs);
    if (age === undefined) return undefined;
    const slotMs = Math.min(age.slotMs, age.untilMs === HOUR ? finest : Infinity);
    return `${slotMs} ${Math.floor(at / slotMs)}`;
  };
}

function goTotalBytes({ sysBytes, heapReleasedBytes = 0 }: Reading): number | undefined {
  return sysBytes === undefined ? undefined : sysBytes - heapReleasedBytes;
}
