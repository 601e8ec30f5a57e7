import { expect } from 'chai';
import { judgeGrowth } from '../../src/memory/growth-rate.ts';
import type { Growth } from '../../src/memory/growth-rate.ts';
import { Recent } from '../../src/memory/recent.ts';
import { MIB, MINUTE } from '../support/readings.ts';

/** Of readings a minute apart, with two collections between any two. */
function growthOf(mib: readonly number[]): Growth {
  const recent = new Recent();
  mib.forEach((each, minute) =>
    recent.add({ at: minute * MINUTE, bytes: each * MIB, gcCount: 2 * minute }),
  );
  return judgeGrowth(recent).whole;
}

function judged(mib: readonly number[]): Extract<Growth, { readonly kind: 'judged' }> {
  const growth = growthOf(mib);
  if (growth.kind === 'unknown') throw new Error(growth.reason);
  return growth;
}

describe('the rate at which memory grows', () => {
  it('is the median slope of any two floors, steady where nearly all of them lead up', () => {
    const { bytesPerHour, tau, spanMs } = judged([
      100, 103, 101, 106, 109, 112, 115, 118, 121, 124,
    ]);
    expect(bytesPerHour / MIB).to.be.closeTo(180, 1e-6);
    expect(tau).to.be.closeTo(43 / 45, 1e-9);
    expect(spanMs).to.equal(9 * MINUTE);
  });

  it('is not moved by one odd floor in four, nor by the garbage above floors', () => {
    const odd = (minute: number) => (minute % 4 === 2 ? 500 : 100 + minute);
    const few = judged(Array.from({ length: 12 }, (_, minute) => odd(minute)));
    expect(few.bytesPerHour / MIB).to.be.within(50, 75);
    const garbage = (minute: number) => (minute % 4 === 2 ? 0 : 300);
    const many = judged(Array.from({ length: 48 }, (_, minute) => 100 + minute + garbage(minute)));
    expect(many.bytesPerHour / MIB).to.be.closeTo(60, 0.01);
    expect(many.tau).to.equal(1);
  });
});
