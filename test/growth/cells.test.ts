import { expect } from 'chai';
import { coarse } from '../../src/growth/cells.ts';

describe('an estimate in a cell', () => {
  it('has eight binary digits, and so lies within 0.4%', () => {
    for (const value of [1, 255, 257, 1_234_567, 987_654_321_012]) {
      const rounded = coarse(value);
      const digits = rounded / 2 ** (Math.floor(Math.log2(rounded)) - 7);
      expect(digits, `${value}`).to.equal(Math.round(digits));
      expect(rounded / value, `${value}`).to.be.closeTo(1, 0.004);
    }
    expect(coarse(0)).to.equal(0);
  });
});
