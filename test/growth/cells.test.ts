import { expect } from 'chai';
import { coarse, fine } from '../../src/growth/cells.ts';

describe('a number in a cell', () => {
  it('has eight binary digits where it is an estimate, and so lies within 0.4%', () => {
    for (const value of [1, 255, 257, 1_234_567, 987_654_321_012]) {
      const rounded = coarse(value);
      const digits = rounded / 2 ** (Math.floor(Math.log2(rounded)) - 7);
      expect(digits, `${value}`).to.equal(Math.round(digits));
      expect(rounded / value, `${value}`).to.be.closeTo(1, 0.004);
    }
    expect(coarse(0)).to.equal(0);
  });

  it('is finer where it is a floor, and as high as another one or not as before', () => {
    const floors = [0, 1, 65_535, 65_537, 1_234_567_890, 1_234_600_000];
    for (const bytes of floors.slice(1))
      expect(fine(bytes) / bytes, `${bytes}`).to.be.closeTo(1, 1.6e-5);
    expect(floors.map(fine)).to.deep.equal(floors.map(fine).toSorted((a, b) => a - b));
  });
});
