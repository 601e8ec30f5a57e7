import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { standstillOf } from '../../src/growth/standstill.ts';
import type { Standstill } from '../../src/growth/standstill.ts';
import { simulate } from '../support/heap-simulator.ts';
import type { Simulation, Site } from '../support/heap-simulator.ts';

const MIB = 2 ** 20;
const SITE = 'shop/cart.Add';
const MINUTE = 60_000;
const START = 1_700_000_000_000;

function site(mib: (step: number) => number, life: Site['life'] = () => Infinity): Site {
  return { stack: [SITE, 'main.main'], size: 1024, rate: (step) => (mib(step) * MIB) / 1024, life };
}

/** So that profiles are fresh also while nothing grows. */
const REQUESTS: Site = {
  stack: ['shop/api.Serve', 'main.main'],
  size: 512,
  rate: () => (5 * MIB) / 512,
  life: (random) => random.exponential(0.5),
};

/** After each profile, one a minute. */
function standstills(
  sites: readonly Site[],
  profiles: number,
  seed: number,
): readonly (Standstill | undefined)[] {
  return standstillsAt((step) => step, { sites, profiles, seed });
}

/** The same, where the profile of a step came in this minute. */
function standstillsAt(
  minuteOf: (step: number) => number,
  { sites, ...life }: Simulation,
): readonly (Standstill | undefined)[] {
  const history = createHistory();
  return [...simulate({ ...life, sites: [...sites, REQUESTS] })].map((profile, step) => {
    foldProfile(history, profile, { at: START + minuteOf(step) * MINUTE });
    const { axis, functions } = history.epoch!;
    const known = functions.get(SITE);
    return known && standstillOf({ axis, history: known });
  });
}

function everySeed(check: (seed: number) => void): void {
  for (let seed = 0; seed < 20; seed++) check(seed);
}

describe('a standstill', () => {
  it('is told of a leak that ended within twenty profiles, and since when', () => {
    everySeed((seed) => {
      const told = standstills([site((step) => (step < 100 ? 1 : 0))], 130, seed);
      expect(told.findIndex((each) => each !== undefined)).to.be.within(100, 120);
      const { since, profiles } = told.at(-1)!;
      expect((since - START) / MINUTE).to.be.within(90, 100);
      expect(profiles).to.be.within(29, 39);
    });
  });

  it('is told of what began to grow late, by the pace since then', () => {
    everySeed((seed) => {
      const late = site((step) => (step === 0 ? 10 : step >= 150 && step < 200 ? 1 : 0.01));
      const told = standstills([late], 230, seed).slice(200);
      expect(told.findIndex((each) => each !== undefined)).to.be.within(0, 20);
    });
  });

  it('is told all the time, whatever is in use for a moment', () => {
    everySeed((seed) => {
      const leak = site((step) => (step < 100 ? 4 : 0));
      const moment = site(
        (step) => (step % 4 === 0 ? 20 : 0),
        () => 1,
      );
      const told = standstills([leak, moment], 160, seed).slice(140);
      expect(told.filter((each) => each === undefined)).to.be.empty;
    });
  });

  it('is not told of a few profiles of a quiet night, nor of many in a few minutes', () => {
    const quiet = (step: number) => (step < 100 ? step : 100 + 60 * (step - 100));
    const fast = (step: number) => (step < 100 ? 10 * step : 1_000 + (step - 100) / 6);
    const slow = site((step) => (step < 100 ? 0.3 : 0));
    const leak = site((step) => (step < 100 ? 1 : 0));
    everySeed((seed) => {
      const told = [
        ...standstillsAt(quiet, { sites: [slow], profiles: 112, seed }).slice(100),
        ...standstillsAt(fast, { sites: [leak], profiles: 160, seed }).slice(100),
      ];
      expect(told.filter((each) => each !== undefined)).to.be.empty;
    });
  });

  it('takes as much longer to be told where a leak was slower, or much is born and dies beside it', () => {
    const slow = site((step) => (step < 100 ? 0.3 : 0));
    const cache = site(
      (step) => (step === 0 ? 40 : 4),
      (random) => random.exponential(10),
    );
    const first = (...sites: readonly Site[]) =>
      standstills(sites, 300, 1).findIndex((each) => each !== undefined);
    expect(first(slow)).to.be.within(125, 170);
    expect(
      first(
        site((step) => (step < 100 ? 1 : 0)),
        cache,
      ),
    ).to.be.within(135, 190);
  });

  it('is never told of what grows on, steadily, by night and day, or beside a cache', () => {
    const cache = site(
      (step) => (step === 0 ? 40 : 4),
      (random) => random.exponential(10),
    );
    const growing: readonly (readonly Site[])[] = [
      [site(() => 0.1)],
      [site(() => 1)],
      [site(() => 4)],
      [site(() => 1), cache],
      [site((step) => (step < 150 ? 1 : 0.5))],
      [site((step) => 1 + 0.3 * Math.sin(step / 40))],
    ];
    for (const sites of growing)
      everySeed((seed) => {
        expect(standstills(sites, 200, seed).filter((each) => each !== undefined)).to.be.empty;
      });
  });

  it('is not told between two bursts of one that has paused as long before', () => {
    const told = standstills([site((step) => (step % 30 === 0 ? 20 : 0))], 300, 3);
    expect(told.slice(64).filter((each) => each !== undefined)).to.be.empty;
  });

  it('is not told of what was only steady', () => {
    const cache = site(
      (step) => (step === 0 ? 40 : 4),
      (random) => random.exponential(10),
    );
    everySeed((seed) => {
      expect(standstills([cache], 100, seed).filter((each) => each !== undefined)).to.be.empty;
    });
  });
});
