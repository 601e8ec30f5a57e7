import { expect } from 'chai';
import { afterStep, clockStepAt } from '../../src/memory/clock-step.ts';
import { HOUR, MINUTE } from '../support/readings.ts';

const DAY = 24 * HOUR;

/** Where minutes stand after the clock says another one. */
function moved(minutes: readonly number[], now: number): readonly number[] {
  const times = minutes.map((minute) => minute * MINUTE);
  const stretches = () => times.map((time) => ({ fromMs: time, toMs: time }));
  const step = clockStepAt(now * MINUTE, times.at(-1) ?? 0, stretches);
  return times.map((time) => (step === undefined ? time : afterStep(time, step)) / MINUTE);
}

describe('times that were noted before the clock was set', () => {
  it('stay while it goes forward, also over a gap in which nobody looked', () => {
    expect(moved([0, 1, 2], 3)).to.deep.equal([0, 1, 2]);
    expect(moved([0, 1, 2], (29 * DAY) / MINUTE)).to.deep.equal([0, 1, 2]);
  });

  it('are moved with a clock that is set back, as far apart as they were', () => {
    expect(moved([60, 61, 62], 3)).to.deep.equal([0, 1, 2]);
    expect(moved([60, 61, 62], 62)).to.deep.equal([59, 60, 61]);
    expect(moved([60, 65, 66, 67], -100)).to.deep.equal([-108, -103, -102, -101]);
  });

  it('are moved where they were noted by a clock that was ahead for a while, and there alone', () => {
    expect(moved([0, 1, 2, 63, 64], 5)).to.deep.equal([0, 1, 2, 3, 4]);
    const cell = { fromMs: 0, toMs: 63 * MINUTE };
    const step = clockStepAt(4 * MINUTE, 63 * MINUTE, () => [cell]);
    expect([0, 63 * MINUTE].map((time) => step && afterStep(time, step))).to.deep.equal([
      0,
      4 * MINUTE,
    ]);
  });

  it('are moved on where no daemon can have been off for so long', () => {
    const year = (365 * DAY) / MINUTE;
    expect(moved([0, 1, 2], year)).to.deep.equal([year - 3, year - 2, year - 1]);
  });
});
