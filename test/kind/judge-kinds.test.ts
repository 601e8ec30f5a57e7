import { expect } from 'chai';
import { observeKinds, NO_READINGS } from '../../src/kind/kind-history.ts';
import type { KindRules } from '../../src/kind/judge-kinds.ts';
import type { KindVerdict } from '../../src/kind/kind-verdict.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { HOUR, MIB, MINUTE, randomNumbers, readingOf } from '../support/readings.ts';

const RULES: KindRules = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * MIB,
  profileEveryMs: MINUTE,
};

const noise = randomNumbers(7);

/** A service at rest, with the unrest of everyday: 100 MiB live, 20 goroutines, 5 MiB outside of the heap. */
function atRest(minute: number): Reading {
  const live = (100 + 20 * noise()) * MIB;
  return {
    ...readingOf({ at: minute * MINUTE, bytes: 185 * MIB, gcCount: minute * 3 }),
    heapAllocBytes: live,
    heapInuseBytes: live + 2 * MIB,
    heapIdleBytes: (20 + 5 * noise()) * MIB,
    heapReleasedBytes: 0,
    stackInuseBytes: 2 * MIB,
    sysBytes: (180 + noise()) * MIB,
    profilerBytes: 2 * MIB,
    nextGcBytes: (200 + 5 * noise()) * MIB,
    allocatedBytes: minute * 100 * MIB,
    goroutines: 20 + Math.round(3 * noise()),
  };
}

/** What is said after so many minutes in which `change` was laid upon a service at rest. */
function said(minutes: number, change: (minute: number) => Partial<Reading>): KindVerdict {
  let history = NO_READINGS;
  let verdict: KindVerdict | undefined;
  for (let minute = 0; minute < minutes; minute++) {
    const reading = { ...atRest(minute), ...change(minute) };
    const observed = observeKinds(history, reading, RULES);
    history = observed.history;
    verdict = observed.verdict;
  }
  if (verdict === undefined) throw new Error('no reading');
  return verdict;
}

const stateOf = (verdict: KindVerdict, kind: string): string | undefined =>
  verdict.alarms.find((alarm) => alarm.kind === kind)?.state;

describe('the kind of growth', () => {
  it('is nothing for a service at rest', () => {
    const verdict = said(400, () => ({}));
    expect(verdict.kind).to.equal(undefined);
    expect(verdict.alarms.map(({ state }) => state)).to.deep.equal(['quiet', 'quiet', 'quiet']);
    expect(verdict.reason).to.equal('nothing grows beyond its own unrest');
  });

  it('says first that it has not read for long enough', () => {
    const verdict = said(20, (minute) => ({ goroutines: 20 + 100 * minute }));
    expect(stateOf(verdict, 'goroutine')).to.equal('insufficient');
    expect(verdict.alarms[0]?.reason).to.equal('read for 16m, needs 23m and 12 readings');
    expect(
      stateOf(
        said(26, () => ({})),
        'goroutine',
      ),
    ).to.equal('insufficient');
    expect(
      stateOf(
        said(27, () => ({})),
        'goroutine',
      ),
    ).to.equal('quiet');
  });

  it('is memory outside the Go heap where the resident set leaves the runtime behind', () => {
    const grown = (minute: number) => ({ rssBytes: (185 + 0.3 * minute) * MIB });
    const after = said(120, grown);
    expect(after.kind).to.equal('off_heap');
    expect(stateOf(after, 'off_heap')).to.equal('suspect');
    expect(stateOf(after, 'goroutine')).to.equal('quiet');
    expect(after.shares[0]?.kind).to.equal('off_heap');
    expect(stateOf(said(225, grown), 'off_heap')).to.equal('suspect');
    const confirmed = said(260, grown);
    expect(stateOf(confirmed, 'off_heap')).to.equal('leak');
    expect(confirmed.alarms.find(({ kind }) => kind === 'off_heap')?.reason).to.match(
      / and not levelling off; a leak, for it held over most of 4h, the time of 240 profiles$/,
    );
  });

  it('has grown up to now, and at rest by no more than is there', () => {
    const trendOf = (verdict: KindVerdict) =>
      verdict.alarms.find(({ kind }) => kind === 'goroutine')?.trend;
    const grown = trendOf(said(260, (minute) => ({ goroutines: 100 + 10 * minute })));
    const [growth, growthToNow] = [grown?.growth ?? 0, grown?.growthToNow ?? 0];
    const hours = (grown?.spanMs ?? 0) / HOUR;
    expect(growth).to.be.below(550 * hours);
    expect(growthToNow).to.be.within(590 * hours, 610 * hours);
    const stopped = (minute: number) => ({ goroutines: 100 + 10 * Math.min(minute, 230) });
    expect(trendOf(said(260, stopped))?.growthToNow).to.be.at.most(2_300);
  });

  it('says that it cannot see memory outside the heap without a resident set', () => {
    const verdict = said(60, () => ({ rssBytes: undefined, goroutines: undefined }));
    expect(verdict.alarms.map(({ kind }) => kind)).to.deep.equal(['profiler']);
    expect(verdict.reason).to.contain(
      'its readings do not tell memory outside the Go heap (no resident set) nor the number of goroutines',
    );
  });

  it('takes the touching of memory that the runtime already held for no growth', () => {
    const verdict = said(120, (minute) => ({ rssBytes: (60 + minute) * MIB }));
    expect(verdict.kind).to.equal(undefined);
  });

  it('is goroutines where their number grows, before the heap that they hold', () => {
    const verdict = said(60, (minute) => ({
      goroutines: 20 + 30 * minute,
      stackInuseBytes: (2 + 0.1 * minute) * MIB,
      heapAllocBytes: (100 + minute) * MIB,
    }));
    expect(verdict.kind).to.equal('goroutine');
    expect(stateOf(verdict, 'goroutine')).to.equal('suspect');
    expect(verdict.shares.map(({ kind }) => kind).slice(0, 2)).to.deep.equal(['heap', 'goroutine']);
    expect(verdict.reason).to.match(/^goroutines pile up: live heap /);
  });

  it('is no leak of goroutines where a pool is resized, filled, or follows its traffic', () => {
    const resized = said(300, (minute) => ({ goroutines: minute < 100 ? 50 : 400 }));
    const filled = said(300, (minute) => ({ goroutines: 1000 * (1 - Math.exp(-minute / 60)) }));
    const busier = said(300, (minute) => ({
      goroutines: 300 + 3 * minute,
      allocatedBytes: (100 * minute + 0.5 * minute * minute) * MIB,
    }));
    const filling = said(120, (minute) => ({ goroutines: 1000 * (1 - Math.exp(-minute / 60)) }));
    const many = said(300, (minute) => ({ goroutines: 5_000 + 2 * minute }));
    const somewhatBusier = said(300, (minute) => ({
      goroutines: 300 + minute,
      allocatedBytes: (100 * minute + 0.1 * minute * minute) * MIB,
    }));
    for (const verdict of [resized, filled, busier, filling, many, somewhatBusier]) {
      expect(stateOf(verdict, 'goroutine')).to.be.oneOf(['quiet', 'growing']);
    }
  });

  it('is no leak where fewer than a hundred came', () => {
    const verdict = said(300, (minute) => ({ goroutines: 20 + 0.3 * minute }));
    expect(stateOf(verdict, 'goroutine')).to.equal('quiet');
  });

  it('finds what begins late in a long life', () => {
    const verdict = said(500, (minute) => ({ goroutines: 20 + 20 * Math.max(0, minute - 400) }));
    expect(stateOf(verdict, 'goroutine')).to.equal('suspect');
  });

  it('confirms what began late over most of the profiles that confirm', () => {
    const piling = (minutes: number) =>
      said(minutes, (minute) => ({ goroutines: 20 + Math.max(0, minute - 100) * 4 }));
    expect(stateOf(piling(230), 'goroutine')).to.equal('suspect');
    expect(stateOf(piling(310), 'goroutine')).to.equal('leak');
  });

  it('is stacks where they grow without more goroutines, and heap where its spans are full', () => {
    const stacks = said(100, (minute) => ({ stackInuseBytes: (2 + minute) * MIB }));
    expect(stacks.kind).to.equal('stacks');
    const heap = said(100, (minute) => ({
      heapAllocBytes: (100 + minute) * MIB,
      heapInuseBytes: (102 + minute) * MIB,
      heapIdleBytes: 20 * MIB,
      nextGcBytes: (200 + 2 * minute) * MIB,
      stackInuseBytes: (90 - minute / 2) * MIB,
    }));
    expect(heap.kind).to.equal('heap');
    expect(heap.shares.map(({ kind }) => kind)).to.deep.equal(['heap']);
    expect(heap.shares[0]?.share).to.equal(1);
  });

  it('divides what came since a leak began, and not what filled up before', () => {
    const { shares } = said(500, (minute) => ({
      goroutines: 20 + 20 * Math.max(0, minute - 400),
      stackInuseBytes: (2 + 0.5 * Math.max(0, minute - 400)) * MIB,
      heapAllocBytes: (100 + 2 * Math.min(100, minute)) * MIB,
    }));
    expect(shares.map(({ kind }) => kind)[0]).to.equal('goroutine');
  });

  it('tells idle memory, empty spans and headroom, which are no alarms', () => {
    const idle = said(100, (minute) => ({ heapIdleBytes: (20 + minute) * MIB }));
    const givenBack = said(100, (minute) => ({
      heapIdleBytes: (20 + minute) * MIB,
      heapReleasedBytes: minute * MIB,
      sysBytes: (180 + minute) * MIB,
    }));
    expect(givenBack.kind).to.equal(undefined);
    const sparse = said(100, (minute) => ({
      heapAllocBytes: 100 * MIB,
      heapInuseBytes: (102 + minute) * MIB,
    }));
    const room = said(100, (minute) => ({ nextGcBytes: (200 + minute) * MIB }));
    expect([idle, sparse, room].map(({ kind }) => kind)).to.deep.equal([
      'retained_idle',
      'fragmentation',
      'gc_headroom',
    ]);
    expect(room.reason).to.match(/^only room that GOGC leaves grew beyond its own unrest/);
    for (const { alarms } of [idle, sparse, room]) {
      expect(alarms.map(({ state }) => state)).to.deep.equal(['quiet', 'quiet', 'quiet']);
    }
  });

  it('takes the profiler for worth an alarm only where its tables are large', () => {
    const small = said(300, (minute) => ({ profilerBytes: (2 + 0.1 * minute) * MIB }));
    const large = said(300, (minute) => ({ profilerBytes: (2 + minute) * MIB }));
    expect(small.kind).to.equal(undefined);
    expect(stateOf(small, 'profiler')).to.equal('quiet');
    expect(large.kind).to.equal('profiler');
    expect(stateOf(large, 'profiler')).to.equal('leak');
  });

  it('begins anew with another process', () => {
    const verdict = said(60, (minute) => ({
      goroutines: 20 + 30 * minute,
      gcCount: minute < 58 ? minute : minute - 58,
    }));
    expect(stateOf(verdict, 'goroutine')).to.equal(undefined);
    expect(verdict.reason).to.equal('too few readings yet to say what grows');
    const startedAt = (minute: number) => (minute < 55 ? MINUTE : minute < 58 ? undefined : HOUR);
    const other = said(60, (minute) => ({ startedAt: startedAt(minute) }));
    expect(other.reason).to.equal('too few readings yet to say what grows');
  });

  it('is judged as often as profiles come, and at each reading while a test passes', () => {
    const judgedAt = (goroutinesEach: number) => {
      const times = new Set<number>();
      let history = NO_READINGS;
      for (let at = 0; at < 120 * MINUTE; at += MINUTE / 4) {
        const grown = { goroutines: 20 + Math.round((goroutinesEach * at) / MINUTE) };
        history = observeKinds(history, { ...atRest(at / MINUTE), at, ...grown }, RULES).history;
        times.add(history.judgedAt);
      }
      return times;
    };
    expect(judgedAt(0).size).to.equal(120);
    expect(judgedAt(20).size).to.be.above(300);
  });

  it('is told once it has passed for the time of a profile, and a short part of a long life for half of that part', () => {
    const passedFor = (begin: number) => {
      let history = NO_READINGS;
      for (let at = 0; ; at += MINUTE / 4) {
        const grown = 20 + Math.max(0, at / MINUTE - begin) * 20;
        const reading = { ...atRest(at / MINUTE), at, goroutines: Math.round(grown) };
        const observed = observeKinds(history, reading, RULES);
        history = observed.history;
        if (stateOf(observed.verdict, 'goroutine') === 'suspect')
          return (at - (history.passingSince.goroutine ?? NaN)) / MINUTE;
      }
    };
    expect(passedFor(0)).to.be.within(1, 1.5);
    expect(passedFor(300)).to.be.within(11.5, 20);
  });

  it('costs no more for an old process than for a young one', () => {
    let history = NO_READINGS;
    for (let minute = 0; minute < 5_000; minute++) {
      history = observeKinds(history, atRest(minute), RULES).history;
    }
    expect(history.cells.length).to.be.at.most(64);
  });
});

describe('what is said of a kind, while the clock is set', () => {
  const [HOUR, DAY] = [60, 24 * 60];
  const YEAR = 365 * DAY;

  /** Ten goroutines more a minute; `setBy` tells by how many minutes the clock is wrong at a reading of each quarter of one. */
  function told(setBy: (minute: number) => number) {
    let history = NO_READINGS;
    const states: string[] = [];
    const rates: number[] = [];
    for (let quarter = 0; quarter < 4 * 250; quarter++) {
      const minute = quarter / 4;
      const at = (minute + setBy(minute)) * MINUTE;
      const goroutines = 20 + Math.floor(10 * minute) + (quarter % 3);
      const observed = observeKinds(history, { ...atRest(minute), at, goroutines }, RULES);
      history = observed.history;
      const alarm = observed.verdict.alarms.find(({ kind }) => kind === 'goroutine');
      states.push(alarm?.state ?? 'insufficient');
      if (alarm?.state === 'suspect' || alarm?.state === 'leak')
        rates.push(alarm.trend?.perHour ?? 0);
    }
    const first = (wanted: string) =>
      states.indexOf(wanted) < 0 ? undefined : states.indexOf(wanted) / 4;
    const off = Math.max(...rates.map((rate) => Math.abs(rate / 600 - 1)));
    return { suspectAt: first('suspect'), leakAt: first('leak'), off, last: states.at(-1) };
  }

  const sound = told(() => 0);

  for (const from of [2, 13, 61]) {
    for (const [name, back] of Object.entries({ minute: 1, hour: HOUR, day: DAY, year: YEAR })) {
      it(`is what it would be, where it is set back by a ${name} in minute ${from}`, () => {
        const { suspectAt, leakAt, off } = told((minute) => (minute < from ? 0 : -back));
        expect(suspectAt).to.be.closeTo(sound.suspectAt ?? NaN, 2);
        expect(leakAt).to.be.closeTo(sound.leakAt ?? NaN, 2);
        expect(off).to.be.below(0.1);
      });
    }

    it(`is what it would be, where it was a year ahead, or far behind, until minute ${from}`, () => {
      for (const wrong of [YEAR, -50 * YEAR]) {
        const { suspectAt, leakAt, off } = told((minute) => (minute < from ? wrong : 0));
        expect(suspectAt).to.be.closeTo(sound.suspectAt ?? NaN, 2);
        expect(leakAt).to.be.closeTo(sound.leakAt ?? NaN, 2);
        expect(off).to.be.below(0.1);
      }
    });

    it(`is said again soon after it was a day ahead for twenty minutes from minute ${from} on`, () => {
      const { leakAt, last } = told((minute) => (minute >= from && minute < from + 20 ? DAY : 0));
      expect(leakAt).to.be.closeTo(sound.leakAt ?? NaN, 2);
      expect(last).to.equal('leak');
    });
  }

  it('is of one process whose start moves with the clock of the host that it shares, and of two where it restarted', () => {
    const at = (minute: number, back: number, restartedAt = 0) => {
      const now = (minute - back) * MINUTE;
      const startedAt = (restartedAt - back) * MINUTE;
      return { ...atRest(minute - restartedAt), at: now, startedAt };
    };
    const restarts = (reading: (minute: number) => Reading) => {
      let history = NO_READINGS;
      return Array.from({ length: 100 }, (_, minute) => {
        const observed = observeKinds(history, reading(minute), RULES);
        history = observed.history;
        return observed.newEpoch;
      }).filter(Boolean).length;
    };
    for (const back of [HOUR, DAY, YEAR]) {
      expect(restarts((minute) => at(minute, minute < 50 ? 0 : back))).to.equal(0);
      expect(restarts((minute) => (minute < 50 ? at(minute, 0) : at(minute, back, 50)))).to.equal(
        1,
      );
    }
  });
});
