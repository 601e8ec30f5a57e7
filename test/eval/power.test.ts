import { expect } from 'chai';
import { poissonAtLeast } from './power.ts';

describe('what a test could find', () => {
  it('is what chance makes of the objects to expect', () => {
    expect(poissonAtLeast(1, 2)).to.be.closeTo(1 - Math.exp(-2), 1e-12);
    expect(poissonAtLeast(26, 26)).to.be.closeTo(0.526, 0.01);
    expect(poissonAtLeast(26, 10)).to.be.below(1e-4);
    expect(poissonAtLeast(26, 80)).to.be.above(0.9999);
  });
});
