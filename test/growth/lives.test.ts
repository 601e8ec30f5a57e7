import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { History } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { MAX_LIVES, stitch } from '../../src/growth/lives.ts';
import type { Halves } from '../../src/growth/lives.ts';
import type { Verdict } from '../../src/growth/verdict.ts';
import { simulate } from '../support/heap-simulator.ts';
import type { Site } from '../support/heap-simulator.ts';
import { background, leak, warmingCache } from '../support/scenarios.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
const SITE = 'example.com/shop/site.Add';
const PROFILES = 85;
const LIFE_MS = PROFILES * 60_000;

/** Lets one process live after the other; the states that the last of them went through. */
function live(history: History, lives: number, sites: () => readonly Site[]): Set<string> {
  let states = new Set<string>();
  for (let life = 0; life < lives; life++) {
    states = new Set();
    for (const profile of simulate({ sites: sites(), profiles: PROFILES, seed: life })) {
      const at = profile.timeMs + life * LIFE_MS;
      foldProfile(history, profile, { at, startedAt: life * LIFE_MS });
      states.add(judge(history, RULES).state);
    }
  }
  return states;
}

function halves(earlierMib: number, laterMib: number): Halves {
  const [earlierBytes, laterBytes] = [earlierMib * 2 ** 20, laterMib * 2 ** 20];
  return {
    earlierBytes,
    earlierMs: 1000,
    earlierSamples: 2 * earlierMib,
    laterBytes,
    laterMs: 1000,
    laterSamples: 2 * laterMib,
    laterVariance: laterMib * 2 ** 39,
  };
}

describe('lives', () => {
  it('calls a leak what grows in each of three lives, none of which is long enough for one', () => {
    const history = createHistory();
    const last = live(history, 3, () => [...background(), leak(SITE, 0.3)]);
    const verdict: Verdict = judge(history, RULES);
    expect(verdict.state).to.equal('leak');
    expect(verdict.suspects[0]?.function).to.equal(SITE);
    expect(verdict.reason).to.match(
      /; a leak, for 3 processes one after the other grew so, by [^;]*MiB in the later halves [^;]*, over 255 profiles$/,
    );
    expect(last.has('leak')).to.equal(true);
  });

  it('calls no leak what grew in two lives, and tells of the third sooner than of them', () => {
    const sites = () => [...background(), leak(SITE, 1)];
    const history = createHistory();
    live(history, 2, sites);
    const verdict = judge(history, { ...RULES, confirmProfiles: 150 });
    expect(verdict.state).to.equal('suspect');
    expect(verdict.reason).not.to.match(/processes one after the other/);
    const third = [...simulate({ sites: sites(), profiles: 24, seed: 2 })].map((profile) => {
      const at = profile.timeMs + 2 * LIFE_MS;
      foldProfile(history, profile, { at, startedAt: 2 * LIFE_MS });
      return judge(history, RULES).state;
    });
    expect(third.indexOf('suspect')).to.be.within(11, 22);
  });

  it('says nothing of what warms up in each life again', () => {
    const last = live(createHistory(), 5, () => [...background(), warmingCache(SITE, 60, 12)]);
    expect(last.has('suspect')).to.equal(false);
    expect(last.has('leak')).to.equal(false);
  });

  it('keeps the last few lives only', () => {
    const history = createHistory();
    live(history, MAX_LIVES + 2, () => [leak(SITE, 0.3)]);
    expect(history.lives).to.have.length(MAX_LIVES);
  });

  it('sums the later halves and sets them beside the earlier ones', () => {
    const past = [halves(6, 6), halves(7, 5)].map((each) => ({
      profiles: 100,
      functions: new Map([[SITE, each]]),
    }));
    const all = stitch(past, SITE, halves(6, 7));
    expect(all).to.deep.include({ lives: 3, profiles: 200, laterBytes: 18 * 2 ** 20 });
    expect(all.levelling).to.be.closeTo(18 / 19, 1e-9);
    expect(all.z).to.be.closeTo(6, 1e-9);
    expect(all.continued).to.be.closeTo(14 / 11, 1e-9);
  });

  it('counts a life that knows nothing of the function as one in which it did not grow', () => {
    const all = stitch([{ profiles: 100, functions: new Map() }], SITE, halves(6, 7));
    expect(all.lives).to.equal(1);
  });
});
