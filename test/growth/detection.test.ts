import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import { simulate } from '../support/heap-simulator.ts';
import type { Site } from '../support/heap-simulator.ts';
import {
  background,
  batch,
  bursts,
  fillingCache,
  growingMap,
  leak,
  leakyCache,
  oneOff,
  reload,
  sessions,
  steadyCache,
  wandering,
  warmingCache,
} from '../support/scenarios.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
const SITE = 'example.com/shop/site.Add';

/** What was said over a life of the process: the profile of the first suspect and leak, and whom it named. */
interface Told {
  readonly suspectAt: number | undefined;
  readonly leakAt: number | undefined;
  readonly named: string | undefined;
}

function watch(sites: readonly Site[], profiles: number, seed: number): Told {
  const history = createHistory();
  let told: Told = { suspectAt: undefined, leakAt: undefined, named: undefined };
  for (const profile of simulate({ sites, profiles, seed })) {
    foldProfile(history, profile, { at: profile.timeMs });
    const { state, suspects } = judge(history, RULES);
    const at = history.profiles;
    if (state === 'suspect' || state === 'leak')
      told = {
        ...told,
        suspectAt: told.suspectAt ?? at,
        named: told.named ?? suspects[0]?.function,
      };
    if (state === 'leak') return { ...told, leakAt: at };
  }
  return told;
}

function overSeeds(count: number, run: (seed: number) => Told): readonly Told[] {
  return Array.from({ length: count }, (_, seed) => run(seed));
}

/** A service with wandering traffic, garbage, caches and standing data, and `sites` besides. */
function service(seed: number, ...sites: readonly Site[]): readonly Site[] {
  return [...background(wandering(seed)), ...sites];
}

describe('detection, over simulated services', function () {
  this.timeout(60_000);

  it('suspects a leak of 0.5 MiB a profile, one sampled object, by the 54th in 95 of 100 and names it in all', () => {
    const told = overSeeds(100, (seed) => watch(service(seed, leak(SITE, 0.5)), 54, seed));
    const found = told.filter(({ suspectAt }) => suspectAt !== undefined);
    expect(found.length).to.be.at.least(95);
    expect(new Set(found.map(({ named }) => named))).to.deep.equal(new Set([SITE]));
  });

  it('suspects a plain leak with the 24th profile and calls it a leak with the 240th', () => {
    const [told] = overSeeds(1, (seed) => watch(service(seed, leak(SITE, 4)), 245, seed));
    expect(told).to.deep.equal({ suspectAt: 24, leakAt: 240, named: SITE });
  });

  it('names where the growth is allocated, though the caller may pass the tests a profile before it', () => {
    const login = ['example.com/shop/api.Login', 'net/http.(*conn).serve'];
    const leaking: Site = {
      stack: [SITE, ...login],
      size: 1024,
      rate: () => 1024,
      life: () => Infinity,
    };
    const passing: Site = {
      stack: ['encoding/json.Unmarshal', ...login],
      size: 1024,
      rate: () => 4096,
      life: (random) => random.exponential(0.5),
    };
    const told = Array.from({ length: 50 }, (_, index) => index + 250).map((seed) =>
      watch(service(seed, leaking, passing), 80, seed),
    );
    expect(new Set(told.map(({ named }) => named))).to.deep.equal(new Set([SITE]));
  });

  it('suspects a leak that begins long after the start', () => {
    const late = leak(SITE, 1, { from: 60 });
    const told = overSeeds(5, (seed) => watch(service(seed, late), 110, seed));
    for (const { suspectAt, named } of told) {
      expect(suspectAt).to.be.within(61, 110);
      expect(named).to.equal(SITE);
    }
  });

  it('suspects a cache that never drops 5% of what it turns over', () => {
    const told = overSeeds(3, (seed) =>
      watch(service(seed, leakyCache(SITE, 20, { share: 0.05, life: 5 })), 300, seed),
    );
    expect(told.map(({ named }) => named)).to.deep.equal([SITE, SITE, SITE]);
  });

  it('suspects a map that only grows, though its table doubles in steps', () => {
    const told = overSeeds(5, (seed) =>
      watch(service(seed, ...growingMap(SITE, 1, 120)), 120, seed),
    );
    expect(told.map(({ named }) => named)).to.deep.equal(Array(5).fill(SITE));
  });

  const silent: readonly (readonly [string, (seed: number) => readonly Site[]])[] = [
    ['a service that only works', () => []],
    ['a cache of 1 GiB that turns over in 10 profiles', () => [steadyCache(SITE, 1024, 10)]],
    ['a cache of 30 MiB that turns over in 300', () => [steadyCache(SITE, 30, 300)]],
    ['batches of 100 MiB, 6 profiles long', () => [batch(SITE, 100, 6)]],
    ['batches of 100 MiB, 20 profiles long', () => [batch(SITE, 100, 20)]],
    ['bursts of 300 MiB in flight', (seed) => [bursts(SITE, 300, seed)]],
    ['200 MiB loaded once', () => [oneOff(SITE, 200, 50)]],
    ['100 MiB reloaded every 30 profiles', () => [reload(SITE, 100, 30)]],
    ['a cache that is full after 15 profiles', () => [fillingCache(SITE, 100, 15)]],
    ['a cache that warms up with a time constant of 5', () => [warmingCache(SITE, 200, 5)]],
    ['a cache that warms up with a time constant of 10', () => [warmingCache(SITE, 200, 10)]],
    [
      'sessions that follow a wave of traffic',
      () => [sessions(SITE, 100, { life: 3, traffic: (step) => 1 + 0.6 * Math.sin(step / 40) })],
    ],
    [
      'sessions that fill up while traffic triples from the start',
      () => [sessions(SITE, 100, { life: 10, traffic: (step) => Math.min(3, 1 + step / 30) })],
    ],
  ];
  for (const [title, sites] of silent) {
    it(`says nothing of ${title}`, () => {
      const told = overSeeds(3, (seed) => watch(service(seed, ...sites(seed)), 130, seed));
      expect(told.map(({ suspectAt }) => suspectAt)).to.deep.equal(Array(3).fill(undefined));
    });
  }

  it('takes back its suspicion of a cache that took 60 profiles to fill, and never calls it a leak', () => {
    const history = createHistory();
    const states = new Set<string>();
    const sites = service(0, fillingCache(SITE, 100, 60));
    for (const profile of simulate({ sites, profiles: 260, seed: 0 })) {
      foldProfile(history, profile, { at: profile.timeMs });
      const { state } = judge(history, RULES);
      if (history.profiles > 80) states.add(state);
    }
    expect([...states]).to.not.include.members(['suspect']);
    expect([...states]).to.not.include.members(['leak']);
  });
});

describe('detection, while the clock is set', function () {
  this.timeout(60_000);

  const [MINUTE, HOUR, DAY, YEAR] = [60_000, 3_600_000, 86_400_000, 365 * 86_400_000];
  const LEAK = [...background(), leak(SITE, 4)];
  const LEAK_PER_HOUR = 240 * 2 ** 20;

  /** `setByMs` tells by how much the clock is wrong at the profile of a number; `restartAt`: of the daemon. */
  function told(
    setByMs: (profile: number) => number,
    restartAt?: number,
    startedAt: (profile: number) => number | undefined = () => undefined,
  ) {
    let history = createHistory();
    const states: string[] = [];
    const rates: number[] = [];
    let number = 0;
    for (const profile of simulate({ sites: LEAK, profiles: 245, seed: 0 })) {
      number += 1;
      if (number === restartAt) history = restoreHistory(saveHistory(history)) ?? createHistory();
      const at = profile.timeMs + setByMs(number);
      foldProfile(history, profile, { at, startedAt: startedAt(number) });
      const { state, suspects } = judge(history, RULES);
      states.push(state);
      if (state === 'suspect' || state === 'leak') rates.push(suspects[0]?.growthBytesPerHour ?? 0);
    }
    const first = (wanted: string) => 1 + states.indexOf(wanted);
    const off = Math.max(...rates.map((rate) => Math.abs(rate / LEAK_PER_HOUR - 1)));
    return { suspectAt: first('suspect'), leakAt: first('leak'), off, states };
  }

  const sound = told(() => 0);

  it('is put to the test where it tells of a leak in time', () => {
    expect(sound).to.deep.include({ suspectAt: 25, leakAt: 240 });
    expect(sound.off).to.be.below(0.1);
  });

  for (const from of [13, 61]) {
    for (const [name, backMs] of Object.entries({ MINUTE, HOUR, DAY, YEAR })) {
      it(`tells as ever, with the rate, where it is set back by a ${name.toLowerCase()} at profile ${from}`, () => {
        for (const restartAt of [undefined, from]) {
          const { suspectAt, leakAt, off } = told((at) => (at < from ? 0 : -backMs), restartAt);
          expect({ suspectAt, leakAt }).to.deep.equal({ suspectAt: 25, leakAt: 240 });
          expect(off).to.be.below(0.1);
        }
      });
    }

    it(`tells as ever where it was a year ahead, or far behind, until profile ${from}`, () => {
      for (const wrongMs of [YEAR, -50 * YEAR]) {
        const { suspectAt, leakAt, off } = told((at) => (at < from ? wrongMs : 0));
        expect({ suspectAt, leakAt }).to.deep.equal({ suspectAt: 25, leakAt: 240 });
        expect(off).to.be.below(0.1);
      }
    });

    it(`takes a start that moves with it for no restart at profile ${from}`, () => {
      const setByMs = (at: number) => (at < from ? 0 : -HOUR);
      const { suspectAt, leakAt } = told(setByMs, undefined, setByMs);
      expect({ suspectAt, leakAt }).to.deep.equal({ suspectAt: 25, leakAt: 240 });
    });

    it(`forgets that it was ahead for ten profiles from profile ${from} on`, () => {
      for (const aheadMs of [HOUR, DAY, YEAR]) {
        const isAhead = (at: number) => at >= from && at < from + 10;
        const { states, leakAt } = told((at) => (isAhead(at) ? aheadMs : 0));
        expect(leakAt).to.equal(240);
        // What passes has to last again.
        expect(states.slice(from + 14)).to.deep.equal(sound.states.slice(from + 14));
      }
    });
  }
});
