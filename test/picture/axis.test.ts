import { expect } from 'chai';
import { timeLabel, timeTicks, valueTicks } from '../../src/picture/axis.ts';

describe('the scales of a chart', () => {
  it('count bytes in powers of two and others in tens', () => {
    expect(valueTicks(2.2 * 2 ** 30, 'bytes', 5)).to.deep.equal([
      0,
      2 ** 29,
      2 ** 30,
      3 * 2 ** 29,
      2 ** 31,
    ]);
    expect(valueTicks(1_200, 'count', 5)).to.deep.equal([0, 500, 1_000]);
    expect(valueTicks(3, 'count', 5)).to.deep.equal([0, 1, 2, 3]);
  });

  it('never have more steps than asked for, whatever the values', () => {
    for (const highest of [1, 3, 17, 999, 4_097, 1e7, 3e12, 2 ** 50]) {
      expect(valueTicks(highest, 'bytes', 5).length, String(highest)).to.be.within(2, 6);
      expect(valueTicks(highest, 'count', 5).length, String(highest)).to.be.within(2, 6);
    }
  });

  it('take round times of the day, in UTC', () => {
    const from = Date.UTC(2026, 4, 3, 9, 12);
    const ticks = timeTicks(from, from + 6 * 3_600_000, 7);
    expect(ticks.map((at) => timeLabel(at, 6 * 3_600_000))).to.deep.equal([
      '10:00',
      '11:00',
      '12:00',
      '13:00',
      '14:00',
      '15:00',
    ]);
    expect(timeLabel(from, 30 * 86_400_000)).to.equal('May 3');
  });
});
