import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import { simulate } from '../support/heap-simulator.ts';
import { background, leak } from '../support/scenarios.ts';

const RULES = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 2 ** 22, ownPackages: [] };

function throughJson(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}

describe('saved history', () => {
  it('goes on after each restart as if there had been none', () => {
    const sites = [...background(), leak('example.com/shop/cart.Add', 1)];
    const kept = createHistory();
    let restored = createHistory();
    const profiles = [...simulate({ sites, profiles: 110, seed: 1 })];
    const lives = [...profiles.slice(0, 40), ...profiles];
    for (const [index, profile] of lives.entries()) {
      const startedAt = index < 40 ? 1_000 : 60_000_000;
      const times = { at: profile.timeMs + index * 60_000, startedAt };
      const told = foldProfile(restored, profile, times);
      expect(told).to.deep.equal(foldProfile(kept, profile, times));
      const again = restoreHistory(throughJson(saveHistory(restored)));
      if (again === undefined) throw new Error('not restored');
      restored = again;
    }
    expect(kept.lives).to.have.length(1);
    const verdict = judge(restored, RULES);
    expect(verdict).to.deep.equal(judge(kept, RULES));
    expect(verdict.state).to.equal('suspect');
  });

  it('keeps an empty history', () => {
    expect(restoreHistory(throughJson(saveHistory(createHistory())))).to.deep.equal(
      createHistory(),
    );
  });

  it('does not take what it does not know: another version, a damaged file, something else', () => {
    const saved = { version: 1, profiles: 0, fresh: 0, epochs: 0, epoch: null };
    for (const data of [{ ...saved, version: 2 }, { ...saved, epoch: {} }, [], null, 'history'])
      expect(restoreHistory(data)).to.equal(undefined);
  });
});
