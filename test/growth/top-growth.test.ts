import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { topGrowth } from '../../src/growth/top-growth.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';

const OWN = { named: [], ownPackages: ['shop'], count: 3 };
const MIB = 2 ** 20;

function historyOf(drawn: string) {
  const history = createHistory();
  for (const profile of drawProfiles(drawn)) {
    foldProfile(history, profile, { at: profile.timeMs });
  }
  return history;
}

const DRAWN = `
  main.main;shop/web.Serve;shop/cart.Add;bytes.growSlice  10..40/4
  main.main;shop/web.Serve;shop/index.Load                90*4
  main.main;shop/web.Serve;shop/audit.Log                 5..8/4
  main.main;lib/cache.Fill                                1..2/4
`;

const names = (...given: Parameters<typeof topGrowth>): readonly string[] =>
  topGrowth(...given).map((each) => each.function);

describe('the functions that grew most', () => {
  it('are the own ones nearest to where it is allocated, not what all goes through', () => {
    expect(names(historyOf(DRAWN), OWN)).to.deep.equal([
      'shop/cart.Add',
      'shop/audit.Log',
      'main.main',
    ]);
  });

  it('are the largest where nothing grew', () => {
    const quiet = historyOf('main.main;shop.A 5*4\nmain.main;shop.B 9*4');
    expect(names(quiet, OWN)).to.deep.equal(['shop.B', 'shop.A']);
  });

  it('have their floors since the second profile, and what they grew by', () => {
    const [cart] = topGrowth(historyOf(DRAWN), OWN);
    expect(cart?.points.map(({ bytes }) => Math.round(bytes / MIB))).to.deep.equal([20, 30, 40]);
    expect(Math.round((cart?.growthBytes ?? 0) / MIB)).to.equal(20);
  });

  it('come after those that are asked for by name, and no unknown one comes at all', () => {
    const named = ['shop/index.Load', 'shop.Gone'];
    expect(names(historyOf(DRAWN), { ...OWN, named })).to.deep.equal([
      'shop/index.Load',
      'shop/cart.Add',
    ]);
  });

  it('are none before the first profile', () => {
    expect(topGrowth(createHistory(), OWN)).to.deep.equal([]);
  });
});
