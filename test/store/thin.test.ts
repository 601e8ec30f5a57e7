import { expect } from 'chai';
import { thin } from '../../src/store/thin.ts';

const minutes = (count: number) => Array.from({ length: count }, (_, i) => i * 60_000);

/** One profile a minute, thinned after each, as the store does: the minutes that are left. */
function afterMinutes(count: number, keep: number): readonly number[] {
  let times: readonly number[] = [];
  for (const at of minutes(count)) {
    const all = [...times, at];
    times = thin(all, keep).map((position) => all[position] ?? -1);
  }
  return times.map((at) => at / 60_000);
}

describe('thin', () => {
  it('keeps all that fits', () => {
    expect(thin(minutes(5), 5)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(thin([], 5)).to.deep.equal([]);
  });

  it('keeps the newest of one, and the oldest and the newest of two', () => {
    expect(thin(minutes(9), 1)).to.deep.equal([8]);
    expect(thin(minutes(9), 2)).to.deep.equal([0, 8]);
  });

  it('keeps the oldest, the newest half, and between them more the newer they are', () => {
    const left = afterMinutes(1_000, 64);
    expect(left).to.have.length(64);
    expect(left[0]).to.equal(0);
    expect(left.slice(-32)).to.deep.equal(Array.from({ length: 32 }, (_, i) => 968 + i));
    for (const ago of [60, 120, 240, 480]) {
      const nearest = Math.min(...left.map((at) => Math.abs(999 - ago - at)));
      expect(nearest, `${ago} minutes ago`).to.be.lessThan(ago / 4);
    }
  });

  it('thins the same times whatever their distances are, also when they are equal', () => {
    expect(thin([5, 5, 5, 5, 5], 3)).to.have.length(3);
  });
});
