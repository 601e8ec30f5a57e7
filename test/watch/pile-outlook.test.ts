import { expect } from 'chai';
import type { MemoryOutlook } from '../../src/incident/incident.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { kindParts } from '../../src/watch/kind-reports.ts';
import { outlookOf } from '../../src/watch/kind-rounds.ts';
import { NOTHING_WATCHED, withReading, type KindWatch } from '../../src/watch/kind-watch.ts';
import { HOUR, MIB, MINUTE, randomNumbers, readingOf, SECOND } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

const KIB = 1_024;
/** Goroutines of a stack of 32 KiB each, of which 24 are in use, come at this rate. */
const PER_HOUR = 1_200;
const STACK = 32 * KIB;
const USED = 24 * KIB;

interface Held {
  /** On the heap, by each of them. */
  readonly heapBytes: number;
  /** Of caches, in an hour. */
  readonly fillsUpTo?: number;
}

/** A process under GOGC=100: the goal of the collector is twice what lives, and what of stacks is in use besides. */
function* readings({ heapBytes, fillsUpTo = 0 }: Held): Generator<Reading> {
  const noise = randomNumbers(7);
  for (let ms = 0; ; ms += 15 * SECOND) {
    const goroutines = 40 + (PER_HOUR * ms) / HOUR;
    const filled = Math.min(1, ms / HOUR) * fillsUpTo;
    const live = (20 + 4 * noise()) * MIB + filled + goroutines * heapBytes;
    const goal = 2 * live + goroutines * USED;
    const allocated = live + noise() * (goal - live);
    const stacks = goroutines * STACK;
    yield {
      ...readingOf({ at: ms, bytes: 10 * MIB + goal + stacks, startedAt: 1 }),
      heapAllocBytes: allocated,
      heapInuseBytes: allocated,
      heapIdleBytes: goal - allocated,
      heapReleasedBytes: 0,
      stackInuseBytes: stacks,
      sysBytes: 10 * MIB + goal + stacks,
      nextGcBytes: goal,
      goroutines: Math.round(goroutines),
    };
  }
}

const LIMIT = 1_024 * MIB;

/** What is foreseen at each minute of some time, and when the limit is reached. */
function foreseen(
  held: Held,
  [from, to]: readonly [number, number] = [HOUR, 3 * HOUR],
): { readonly told: readonly MemoryOutlook[]; readonly end: number } {
  const told: MemoryOutlook[] = [];
  let watch = NOTHING_WATCHED;
  for (const reading of readings(held)) {
    if ((reading.rssBytes ?? 0) >= LIMIT) return { told, end: reading.at };
    watch = withReading(watch, reading, JUDGING);
    const isAsked = reading.at >= from && reading.at <= to && reading.at % MINUTE === 0;
    if (isAsked) told.push(...outlooksAt(watch, reading));
  }
  throw new Error('the readings have no end');
}

/** With looks at the goroutines that find them all in one place. */
function outlooksAt(watch: KindWatch, reading: Reading): readonly MemoryOutlook[] {
  const total = reading.goroutines ?? 0;
  const look = { at: reading.at, total, groups: [GROUP(total)] };
  const seen = { ...watch, looks: { first: look, last: look } };
  return kindParts(seen, reading, MINUTE)
    .filter(({ kind }) => kind === 'goroutine')
    .flatMap((part) => part.suspects.map(outlookOf(part, { reading, limitBytes: LIMIT }, seen)));
}

const PLACE = { function: 'shop/quote.receive', file: 'quote.go', line: 26 };
const GROUP = (count: number) => ({
  key: 'quote',
  blockedIn: PLACE,
  startedBy: PLACE,
  createdIn: undefined,
  state: 'chan receive',
  stack: [PLACE.function],
  count,
});

/** The share in which the end is between the earliest and the latest that was told. */
function holding(told: readonly MemoryOutlook[], end: number): number {
  const holds = told.filter(
    ({ limitReachedAtEarliest: earliest = NaN, limitReachedAtLatest: latest = Infinity }) =>
      earliest <= end && latest >= end,
  );
  return holds.length / told.length;
}

function middleOf(told: readonly MemoryOutlook[]): number | undefined {
  const middle = told.map(({ limitReachedAt = NaN }) => limitReachedAt).toSorted((a, b) => a - b);
  return middle[Math.floor(middle.length / 2)];
}

/** As a leak, for want of time or because it lasted. */
function asLeak({ verdict, ...watch }: KindWatch, more: { readonly isUrgent?: true }): KindWatch {
  if (verdict === undefined) return { ...watch, verdict };
  const alarms = verdict.alarms.map((alarm) => ({ ...alarm, state: 'leak' as const, ...more }));
  return { ...watch, verdict: { ...verdict, alarms } };
}

describe('when goroutines that pile up reach the limit', () => {
  it('is foreseen as of a suspect where it is a leak for the limit alone', () => {
    let watch = NOTHING_WATCHED;
    for (const reading of readings({ heapBytes: 16 * KIB })) {
      watch = withReading(watch, reading, JUDGING);
      if (reading.at < HOUR) continue;
      const [suspected, urgent, confirmed] = [
        watch,
        asLeak(watch, { isUrgent: true }),
        asLeak(watch, {}),
      ].map((each) => outlooksAt(each, reading)[0]?.limitReachedAtLatest ?? NaN);
      expect(urgent)
        .to.equal(suspected)
        .and.be.above(confirmed ?? NaN);
      return;
    }
  });

  for (const heapBytes of [0, 8 * KIB, 64 * KIB]) {
    it(`is foreseen with ${heapBytes / KIB} KiB on the heap held by each, and within what is told`, () => {
      const { told, end } = foreseen({ heapBytes });
      expect(told.length).to.be.above(60);
      expect(holding(told, end)).to.be.above(0.8);
      expect(middleOf(told)).to.be.within(0.93 * end, 1.07 * end);
    });
  }

  for (const heapBytes of [0, 16 * KIB]) {
    it(`may by what is told be so while a cache fills up beside them, and is foreseen soon after, with ${heapBytes / KIB} KiB held by each`, () => {
      const held = { heapBytes, fillsUpTo: 150 * MIB };
      const early = foreseen(held, [0, 1.5 * HOUR]);
      expect(early.told.length).to.be.above(60);
      expect(holding(early.told, early.end)).to.be.above(0.9);
      const { told, end } = foreseen(held, [3 * HOUR, 5 * HOUR]);
      expect(middleOf(told)).to.be.within(0.7 * end, 1.2 * end);
    });
  }
});
