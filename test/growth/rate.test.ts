import { expect } from 'chai';
import type { Floor } from '../../src/growth/floors.ts';
import { onsetOf, rateOf } from '../../src/growth/rate.ts';

const HOUR = 3_600_000;

function floors(...bytes: readonly number[]): readonly Floor[] {
  return bytes.map((each, cell) => ({ bytes: each, cell, atMs: cell * HOUR }));
}

describe('rateOf', () => {
  it('is not moved by one odd floor', () => {
    const { bytesPerHour } = rateOf(floors(0, 10, 20, 900, 40, 50, 60), 1e9);
    expect(bytesPerHour).to.equal(10);
  });

  it('knows no more than the sampled objects: 25 of them give a fifth either side, twice', () => {
    const { bytesPerHour, low, high } = rateOf(floors(0, 10, 20, 30), 25);
    expect(bytesPerHour).to.equal(10);
    expect(low).to.be.closeTo(6, 1e-9);
    expect(high).to.be.closeTo(14, 1e-9);
  });
});

describe('onsetOf', () => {
  it('is the first floor from which it only rises, one pause passed over', () => {
    expect(onsetOf(floors(9, 9, 5, 6, 8, 8, 9))).to.equal(2);
    expect(onsetOf(floors(50, 51, 50, 51, 50, 60, 70, 80))).to.equal(4);
    expect(onsetOf(floors(1, 2, 3, 4))).to.equal(0);
  });
});
