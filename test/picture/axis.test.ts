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
    expect(timeLabel(from, 240_000)).to.equal('09:12:00');
  });

  it('tell the days apart, also where there are several times of one', () => {
    const [from, day] = [Date.UTC(2026, 4, 30, 9, 12), 86_400_000];
    const labels = (days: number, most: number) =>
      timeTicks(from, from + days * day, most).map((at) => timeLabel(at, days * day));
    expect(labels(3.2, 8)).to.deep.equal([
      '12:00',
      'May 31',
      '12:00',
      'Jun 1',
      '12:00',
      'Jun 2',
      '12:00',
    ]);
    expect(labels(7, 4)).to.deep.equal(['May 31', 'Jun 2', 'Jun 4', 'Jun 6']);
    expect(labels(90, 4)).to.deep.equal(['Jun 1', 'Jul 1', 'Aug 1']);
  });

  it('have no more times than asked for, and none that would read alike', () => {
    const from = Date.UTC(2026, 11, 30, 23, 59, 58, 250);
    for (const span of [1, 900, 5_000, 61_000, 3e6, 4e7, 9e7, 6e8, 5e9, 4e10]) {
      const labels = timeTicks(from, from + span, 5).map((at) => timeLabel(at, span));
      expect(labels.length, String(span)).to.be.at.most(6);
      if (span < 86_400_000) expect(new Set(labels).size).to.equal(labels.length);
    }
  });
});
