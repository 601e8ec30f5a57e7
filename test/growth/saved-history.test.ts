import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { History } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import { simulate } from '../support/heap-simulator.ts';
import { background, leak } from '../support/scenarios.ts';

const RULES = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 2 ** 22, ownPackages: [] };

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
      const again = restoreHistory(saveHistory(restored));
      if (again === undefined) throw new Error('not restored');
      restored = again;
    }
    expect(kept.lives).to.have.length(1);
    const verdict = judge(restored, RULES);
    expect(verdict).to.deep.equal(judge(kept, RULES));
    expect(verdict.state).to.equal('suspect');
  });

  it('keeps an empty history', () => {
    expect(restoreHistory(saveHistory(createHistory()))).to.deep.equal(createHistory());
  });

  it('does not take what it does not know: another version, a file cut off or with a tail, no file', () => {
    const saved = saveHistory(grown());
    expect(restoreHistory(saved)).to.not.equal(undefined);
    const other = saved.slice();
    other[0] = 3;
    const text = Buffer.from('{"version":1,"until":0,"history":{}}');
    const damaged = [other, saved.subarray(0, -4), Buffer.concat([saved, saved]), text];
    for (const file of [...damaged, new Uint8Array()])
      expect(restoreHistory(file)).to.equal(undefined);
  });

  it('does not take a head that tells of more than is there, or of less', () => {
    const saved = Buffer.from(saveHistory(grown()));
    const head = '"functions":';
    const at = saved.indexOf(head) + head.length;
    const digit = saved[at]!;
    for (const wrong of ['9', '1', 'x']) {
      saved[at] = wrong.charCodeAt(0);
      if (saved[at] !== digit) expect(restoreHistory(saved)).to.equal(undefined);
    }
    saved[at] = digit;
    expect(restoreHistory(saved)).to.not.equal(undefined);
  });

  it('reads a file wherever it lies in memory', () => {
    const saved = saveHistory(grown());
    const shifted = new Uint8Array(saved.length + 3).subarray(3);
    shifted.set(saved);
    expect(saveHistory(restoreHistory(shifted) ?? createHistory())).to.deep.equal(saved);
  });
});

function grown(): History {
  const history = createHistory();
  for (const profile of simulate({ sites: background(), profiles: 5, seed: 1 }))
    foldProfile(history, profile, { at: profile.timeMs });
  return history;
}
