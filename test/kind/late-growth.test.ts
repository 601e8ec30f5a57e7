import { expect } from 'chai';
import type { KindRules } from '../../src/kind/judge-kinds.ts';
import { observeKinds, NO_READINGS } from '../../src/kind/kind-history.ts';
import type { KindAlarm } from '../../src/kind/kind-verdict.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { HOUR, MIB, MINUTE, randomNumbers, readingOf, SECOND } from '../support/readings.ts';

const DAY = 24 * HOUR;
const RULES: KindRules = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * MIB,
  profileEveryMs: MINUTE,
};

/** What there is at a time, milliseconds since the first reading. */
interface Level {
  readonly goroutines: number;
  readonly offHeapMib: number;
  /** Times what is allocated at rest; 1 where it is not given. */
  readonly traffic?: number;
}

type LevelAt = (ms: number, noise: () => number) => Level;

const atRest: LevelAt = (_, noise) => ({
  goroutines: 200 + 20 * noise(),
  offHeapMib: 100 + 5 * noise(),
});

/** From `begin` on, beside `level`. */
function leaking(begin: number, level: LevelAt = atRest): LevelAt {
  return (ms, noise) => {
    const hours = Math.max(0, ms - begin) / HOUR;
    const { goroutines, offHeapMib, ...rest } = level(ms, noise);
    return {
      ...rest,
      goroutines: goroutines + 1_000 * hours,
      offHeapMib: offHeapMib + 200 * hours,
    };
  };
}

function readingAt(ms: number, { goroutines, offHeapMib }: Level, allocatedBytes: number): Reading {
  return {
    ...readingOf({ at: ms, bytes: (180 + offHeapMib) * MIB, startedAt: 1 }),
    sysBytes: 180 * MIB,
    heapReleasedBytes: 0,
    goroutines: Math.round(goroutines),
    allocatedBytes,
  };
}

/** What of goroutines and of memory outside the heap is said at each reading, every 15 s but in the gap. */
function* watch(
  levelAt: LevelAt,
  { untilMs, gap = [0, 0] }: { readonly untilMs: number; readonly gap?: readonly [number, number] },
): Generator<{ readonly ms: number; readonly alarms: readonly KindAlarm[] }> {
  const noise = randomNumbers(11);
  let history = NO_READINGS;
  let allocatedBytes = 0;
  for (let ms = 0; ms < untilMs; ms += 15 * SECOND) {
    const level = levelAt(ms, noise);
    allocatedBytes += 25 * MIB * (level.traffic ?? 1);
    if (ms >= gap[0] && ms < gap[1]) continue;
    const observed = observeKinds(history, readingAt(ms, level, allocatedBytes), RULES);
    history = observed.history;
    yield { ms, alarms: observed.verdict.alarms };
  }
}

const isSaid = ({ state }: KindAlarm) => state === 'suspect' || state === 'leak';

/** When each kind was first told of, hours after `begin`. */
function toldAfter(
  levelAt: LevelAt,
  { begin, gap = [0, 0] }: { readonly begin: number; readonly gap?: readonly [number, number] },
): Readonly<Record<string, number>> {
  const told: Record<string, number> = {};
  for (const { ms, alarms } of watch(levelAt, { untilMs: begin + 3 * HOUR, gap })) {
    for (const { kind } of alarms.filter(isSaid)) told[kind] ??= (ms - begin) / HOUR;
  }
  return told;
}

function falselyTold(levelAt: LevelAt, days: number): number {
  let count = 0;
  for (const { alarms } of watch(levelAt, { untilMs: days * DAY }))
    count += alarms.filter(isSaid).length;
  return count;
}

const expectWithin = (told: Readonly<Record<string, number>>, hours: number) => {
  expect(told).to.have.keys('goroutine', 'off_heap');
  for (const after of Object.values(told)) expect(after).to.be.within(0, hours);
};

describe('growth that begins late', function () {
  this.timeout(60_000);

  for (const days of [0.01, 1, 7, 30]) {
    it(`is told within an hour in a process that has been read for ${days} days`, () => {
      expectWithin(toldAfter(leaking(days * DAY), { begin: days * DAY }), 1);
    });
  }

  it('is told as soon after a while of thirty days in which nothing was read', () => {
    const gap = [10 * MINUTE, 30 * DAY] as const;
    const begin = 30 * DAY + HOUR;
    expectWithin(toldAfter(leaking(begin), { begin, gap }), 1);
  });

  it('is told as soon after bursts that were shorter than a few minutes', () => {
    const burst: LevelAt = (ms, noise) => {
      const isIn = ms % (3 * HOUR) < 3 * MINUTE;
      const rest = atRest(ms, noise);
      return isIn ? { goroutines: 9_000, offHeapMib: 900 } : rest;
    };
    const begin = 7 * DAY + HOUR;
    expectWithin(toldAfter(leaking(begin, burst), { begin }), 1.5);
  });
});

describe('what does not leak', function () {
  this.timeout(60_000);
  const followed: LevelAt = (ms, noise) => {
    const traffic = 1 - 0.8 * Math.cos((2 * Math.PI * ms) / DAY);
    return {
      goroutines: 100 + 2_000 * traffic * (1 + 0.1 * noise()),
      offHeapMib: 100 + 200 * traffic * (1 + 0.05 * noise()),
      traffic,
    };
  };
  const stepping: LevelAt = (ms, noise) => {
    const step = 1 - Math.exp(-(ms % DAY) / (25 * MINUTE));
    const [from, to] = Math.floor(ms / DAY) % 2 === 0 ? [900, 600] : [600, 900];
    const level = from + (to - from) * step + 20 * noise();
    return { goroutines: level, offHeapMib: level / 3 };
  };
  const emptied: LevelAt = (ms, noise) => {
    const tooth = (ms % (100 * MINUTE)) / (100 * MINUTE);
    return { goroutines: 200 + 2_000 * tooth + 20 * noise(), offHeapMib: 100 + 200 * tooth };
  };
  const loads = { atRest, followed, stepping };
  for (const [name, load] of Object.entries(loads)) {
    it(`is never told in a week: ${name}`, () => {
      expect(falselyTold(load, 7)).to.equal(0);
    });
  }

  it('is told only while the process is young where all is let go again and again', () => {
    let last = 0;
    for (const { ms, alarms } of watch(emptied, { untilMs: 7 * DAY }))
      if (alarms.some(isSaid)) last = ms;
    expect(last).to.be.below(12 * HOUR);
  });
});
