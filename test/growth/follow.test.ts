import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import type { Verdict } from '../../src/growth/verdict.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};

function judged(drawn: string, follow: readonly string[]): Verdict {
  const history = createHistory();
  for (const profile of drawProfiles(drawn)) foldProfile(history, profile, { at: profile.timeMs });
  return judge(history, RULES, { follow });
}

describe('a function that is asked for', () => {
  it('grows as it does where it is named, also where that began late in a long life', () => {
    const { suspects, followed } = judged(
      `
      main.main;shop/session.New   10*200 10..70/32
      main.main;shop/page.Render   10*232  ~50
    `,
      ['shop/session.New'],
    );
    expect(suspects.map((each) => each.function)).to.deep.equal(['shop/session.New']);
    expect(followed?.[0]).to.deep.include({ ...suspects[0], share: followed?.[0]?.share });
  });

  it('has its part of what all functions grew by, no less than nothing and no more than all', () => {
    const sharesOf = (drawn: string): readonly number[] =>
      (judged(drawn, ['shop/session.New', 'shop/lru.Load']).followed ?? []).map(
        ({ share }) => Math.round(100 * share) / 100,
      );
    expect(
      sharesOf(`
        main.main;shop/session.New  2..32/40
        main.main;shop/hub.Publish  2..62/40
        main.main;shop/lru.Load     2..12/40
      `),
    ).to.deep.equal([0.3, 0.1]);
    expect(
      sharesOf(`
        main.main;shop/session.New  2..32/40
        main.main;shop/lru.Load     20..5/40
      `),
    ).to.deep.equal([1, 0]);
  });
});
