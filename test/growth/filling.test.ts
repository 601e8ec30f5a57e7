import { expect } from 'chai';
import { fillingIn } from '../../src/growth/verdict.ts';
import { suspect } from '../web/values.ts';

describe('what fills the room that is left', () => {
  const named = suspect({ function: 'shop.Add' });
  const followed = (state: 'quiet' | 'growing', low = 1) =>
    suspect({ function: 'shop.Open', state, growthBytesPerHourLow: low });

  it('is what alarms, and what was told before and still grows for sure', () => {
    const verdict = { state: 'leak', suspects: [named] } as const;
    const beside = (...known: readonly ReturnType<typeof suspect>[]) =>
      fillingIn({ ...verdict, followed: known }).map((each) => each.function);
    expect(beside(followed('growing'))).to.deep.equal(['shop.Add', 'shop.Open']);
    expect(beside(followed('growing', -1), followed('quiet'), named)).to.deep.equal(['shop.Add']);
    const still = { ...followed('growing'), standstill: { since: 1, profiles: 12 } };
    expect(beside(still)).to.deep.equal(['shop.Add']);
  });

  it('is not what only grows', () => {
    const grows = { ...named, state: 'growing' } as const;
    expect(fillingIn({ state: 'growing', suspects: [named] })).to.be.empty;
    expect(fillingIn({ state: 'leak', suspects: [grows] })).to.be.empty;
  });
});
