import { expect } from 'chai';
import { onBeat } from '../../src/watch/beat.ts';

describe('onBeat', () => {
  it('lays the readings of many targets on few moments, each as near as may be to when it is due', () => {
    const dues = Array.from({ length: 2_000 }, (_, target) => 1_000_000 + 7.5 * target);
    const beats = dues.map((dueAt) => onBeat(dueAt, 15_000));
    expect(new Set(beats).size).to.be.within(150, 151);
    beats.forEach((beat, target) => {
      expect(Math.abs(beat - (dues[target] ?? 0))).to.be.at.most(50);
    });
  });

  it('shifts no target from round to round, though each round begins a little late', () => {
    let beat = onBeat(1_000_049, 15_000);
    for (let round = 0; round < 1_000; round++) beat = onBeat(beat + 3 + 15_000, 15_000);
    expect(beat).to.equal(1_000_000 + 1_000 * 15_000);
  });

  it('leaves short intervals as they are', () => {
    expect(onBeat(1_000_049, 50)).to.equal(1_000_049);
  });
});
