import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import type { Suspect, Verdict } from '../../src/growth/verdict.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import { simulate } from '../support/heap-simulator.ts';
import { background } from '../support/scenarios.ts';

const HOUR = 3_600_000;
const MIB = 2 ** 20;
const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * MIB,
  ownPackages: [],
};
/** Profiles are ten minutes apart. */
const PER_HOUR = 6;

interface Life {
  readonly hours: number;
  readonly seed?: number;
  /** Leaked at some hour of the life, MiB an hour. */
  readonly rateAt: (hour: number) => number;
}

/** What is said at the end of each of the last hours of a process. */
function* hourly({ hours, seed = 1, rateAt }: Life, last = 1): Generator<Verdict> {
  const history = createHistory();
  const leak = {
    stack: ['example.com/shop/cart.Add'],
    size: 1024,
    rate: (step: number) => (rateAt(step / PER_HOUR) * 1024) / PER_HOUR,
    life: () => Infinity,
  };
  const everyMs = HOUR / PER_HOUR;
  const profiles = hours * PER_HOUR;
  const sites = [leak, ...background().slice(0, 4)];
  for (const profile of simulate({ sites, profiles, seed, everyMs })) {
    foldProfile(history, profile, { at: profile.timeMs });
    const left = profiles - history.profiles;
    if (left % PER_HOUR === 0 && left < last * PER_HOUR) yield judge(history, RULES);
  }
}

function atTheEnd(life: Life): Suspect {
  const [verdict] = hourly(life);
  if (verdict?.suspects[0] === undefined) throw new Error('nothing is suspected');
  return verdict.suspects[0];
}

function hoursFrom(life: Life, at: number | undefined): number {
  return 1_700_000_000_000 / HOUR + life.hours - (at ?? NaN) / HOUR;
}

describe('the rate of what began to grow faster, or slower', () => {
  for (const [before, after] of [
    [1, 5],
    [10, 2],
  ] as const) {
    it(`is that of the last two days, ${after} MiB/h, and not that of the ten at ${before} before`, () => {
      const told = [1, 2, 3, 4].map((seed) => {
        const life = { hours: 288, seed, rateAt: (hour: number) => (hour < 240 ? before : after) };
        const suspect = atTheEnd(life);
        expect(suspect.growthBytesPerHour / MIB).to.be.within(0.8 * after, 1.2 * after);
        expect(hoursFrom(life, suspect.rateSince)).to.be.within(38, 56);
        expect(hoursFrom(life, suspect.since)).to.be.above(270);
        expect(suspect.growthBytes / MIB).to.be.closeTo(240 * before + 48 * after, 100);
        return suspect;
      });
      const holding = told.filter(
        ({ growthBytesPerHourLow: low, growthBytesPerHourHigh: high }) =>
          low <= after * MIB && high >= after * MIB,
      );
      expect(holding).to.have.length.above(2);
    });
  }

  it('is told half a day after it became five times as fast', () => {
    const life: Life = { hours: 252, rateAt: (hour) => (hour < 240 ? 1 : 5) };
    expect(atTheEnd(life).growthBytesPerHour / MIB).to.be.within(4, 6);
  });

  it('is that of all the time where it did not change, as surely as ever', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { rateSince, growthBytesPerHour } = atTheEnd({ hours: 96, seed, rateAt: () => 4 });
      expect(rateSince, `seed ${seed}`).to.equal(undefined);
      expect(growthBytesPerHour / MIB).to.be.within(3.6, 4.4);
    }
  });

  it('is that of all the time where it changed by little', () => {
    const life: Life = { hours: 288, rateAt: (hour) => (hour < 240 ? 80 : 96) };
    expect(atTheEnd(life).rateSince).to.equal(undefined);
  });

  it('is that of no less than twenty profiles, however much faster it became', () => {
    const life: Life = { hours: 242, rateAt: (hour) => (hour < 240 ? 10 : 100) };
    expect(PER_HOUR * hoursFrom(life, atTheEnd(life).rateSince)).to.be.within(19, 30);
  });

  it('is that of all the time where it comes once a day', () => {
    const rates = [...hourly({ hours: 241, rateAt: (hour) => (hour % 24 < 1 ? 96 : 0) }, 24)].map(
      ({ suspects }) => (suspects[0]?.growthBytesPerHour ?? NaN) / MIB,
    );
    for (const each of rates) expect(each).to.be.within(3, 5);
  });

  it('is that of all the time, each hour, also where few samples tell it and chance makes some of them fewer', () => {
    for (let seed = 1; seed <= 6; seed++) {
      for (const { suspects } of hourly({ hours: 36, seed, rateAt: () => 1.5 }, 32))
        expect(suspects[0]?.rateSince, `seed ${seed}`).to.equal(undefined);
    }
  });

  it('is that of all the time where it goes with the traffic of each day', () => {
    const byDay = (hour: number) => 4 * (1 - 0.7 * Math.cos((2 * Math.PI * hour) / 24));
    const rates = [...hourly({ hours: 240, rateAt: byDay }, 24)].map(
      ({ suspects }) => (suspects[0]?.growthBytesPerHour ?? NaN) / MIB,
    );
    for (const each of rates) expect(each).to.be.within(3, 5);
  });
});

describe('the rate of an array that doubles', () => {
  /** Filled with 1 MiB a minute, and each time that it is full copied into one of twice the room. */
  const DOUBLING = `
    main.main;shop/journal.Append 4*4 8*4 16*8 32*16 64*32 128*64
    main.main;shop/http.Serve     3*128 ~10
  `;

  it('is that of what it holds, from step to step, since the first of them', () => {
    const history = createHistory();
    const said = drawProfiles(DOUBLING, { size: MIB }).flatMap((profile) => {
      foldProfile(history, profile, { at: profile.timeMs });
      return judge(history, RULES).suspects.slice(0, 1);
    });
    expect(said).to.have.length.above(70);
    for (const { growthBytesPerHour, growthBytesPerHourLow, growthBytesPerHourHigh } of said) {
      expect(growthBytesPerHour / MIB).to.be.within(45, 75);
      expect(growthBytesPerHourLow / MIB).to.be.within(30, 60);
      expect(growthBytesPerHourHigh / MIB).to.be.within(100, 140);
    }
  });
});
