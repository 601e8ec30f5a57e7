import { expect } from 'chai';
import { levelsBeside, memberOf, renewLevels } from '../../src/analysis/siblings.ts';
import type { Member } from '../../src/analysis/siblings.ts';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { History } from '../../src/growth/history.ts';
import { restoreHistory, saveHistory } from '../../src/growth/saved-history.ts';
import { judge } from '../../src/growth/judge.ts';
import { simulate } from '../support/heap-simulator.ts';
import type { Site } from '../support/heap-simulator.ts';
import { background, fillingCache, leak } from '../support/scenarios.ts';

const MIB = 2 ** 20;
const SITE = 'example.com/shop/site.Add';
const RULES = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * MIB, ownPackages: [] };

interface Replica extends Member {
  readonly history: History;
}

/** A replica of `service` that lived for so many profiles, beside others. */
function replica(
  service: string | undefined,
  site: Site,
  { profiles, others = [] }: { readonly profiles: number; readonly others?: readonly Member[] },
): Replica {
  const history = createHistory();
  const member = { ...memberOf(history), service, history };
  for (const profile of simulate({ sites: [...background(), site], profiles, seed: 1 })) {
    foldProfile(history, profile, { at: profile.timeMs });
    renewLevels(member, history, () => [member, ...others]);
  }
  return member;
}

describe('siblings', () => {
  const full = replica('shop', fillingCache(SITE, 60, 50), { profiles: 160 });

  it('suspect nothing that still fills up where one of them was full at that size', () => {
    const filling = replica('shop', leak(SITE, 1), { profiles: 50 });
    const beside = levelsBeside(filling, () => [full, filling]);
    expect(beside(SITE)).to.be.within(50 * MIB, 70 * MIB);
    expect(judge(filling.history, RULES).state).to.equal('suspect');
    const { state, reason } = judge(filling.history, RULES, { beside });
    expect(state).to.equal('growing');
    expect(reason).to.match(/another process of the service levelled off at .* \(needs 1.3 times/);
  });

  it('are remembered over a restart, after which they come back one after the other', () => {
    const again = ({ history }: Replica): Member & { readonly history: History } => {
      const restored = restoreHistory(saveHistory(history)) ?? createHistory();
      return { ...memberOf(restored), service: 'shop', history: restored };
    };
    const filling = again(replica('shop', leak(SITE, 1), { profiles: 50, others: [full] }));
    const beside = levelsBeside(filling, () => [filling]);
    expect(beside(SITE)).to.be.within(50 * MIB, 70 * MIB);
    expect(judge(filling.history, RULES, { beside }).state).to.equal('growing');
    expect(levelsBeside(filling, () => [again(full)])(SITE)).to.equal(beside(SITE));
    expect(memberOf(again(full).history).levels.get(SITE)).to.equal(beside(SITE));
  });

  it('call it a leak at once where it holds far more than one that was full', () => {
    const leaking = replica('shop', leak(SITE, 1), { profiles: 110 });
    const { state, reason } = judge(leaking.history, RULES, {
      beside: levelsBeside(leaking, () => [full]),
    });
    expect(state).to.equal('leak');
    expect(reason).to.match(
      /; a leak, for another process of the service levelled off at [^;]*, and it holds [\d.]+ times that$/,
    );
  });

  it('do not hold each other back where both leak slowly beside much that stays', () => {
    const standing = {
      ...leak(SITE, 0),
      rate: (step: number) => (step === 0 ? (120 * MIB) / 256 : 512),
    };
    const [one, other] = [
      replica('shop', standing, { profiles: 150 }),
      replica('shop', standing, { profiles: 150 }),
    ];
    expect(levelsBeside(one, () => [one, other])(SITE)).to.equal(0);
  });

  it('are only those with the same label, and never oneself', () => {
    const other = replica('cart', leak(SITE, 1), { profiles: 30 });
    const alone = replica(undefined, leak(SITE, 1), { profiles: 30 });
    for (const member of [other, alone])
      expect(levelsBeside(member, () => [full, other, alone])(SITE)).to.equal(0);
    expect(levelsBeside(full, () => [full, other])(SITE)).to.equal(0);
  });
});
