import { expect } from 'chai';
import { Recent, type MemoryPoint } from '../../src/memory/recent.ts';
import { HOUR, MINUTE, SECOND } from '../support/readings.ts';

function rememberEvery(intervalMs: number, forMs: number): readonly MemoryPoint[] {
  const recent = new Recent();
  for (let at = 0; at <= forMs; at += intervalMs) {
    recent.add({ at, bytes: at % (7 * SECOND) });
  }
  return recent.points();
}

describe('recent memory', () => {
  it('keeps every point of the last hour at the default interval', () => {
    const recent = rememberEvery(15 * SECOND, 3 * HOUR);
    expect(recent.length).to.equal(240);
    expect(recent[0]?.at).to.equal(2 * HOUR + 15 * SECOND);
  });

  it('keeps an hour in at most 240 points at a short interval, the newest as dense as they came', () => {
    const recent = rememberEvery(SECOND, 3 * HOUR);
    expect(recent.length).to.be.within(230, 240);
    expect(recent[0]?.at).to.be.within(2 * HOUR, 2 * HOUR + MINUTE);
    expect(recent.slice(-60).map(({ at }) => at)).to.deep.equal(
      Array.from({ length: 60 }, (_, i) => 3 * HOUR - (59 - i) * SECOND),
    );
  });

  it('keeps the lowest of the points it thins, so that floors outlive thinning', () => {
    const recent = new Recent();
    for (let at = 0; at < HOUR; at += SECOND) {
      recent.add({ at, bytes: at % (30 * SECOND) === 5 * SECOND ? 1 : 100 });
    }
    expect(recent.points().filter(({ bytes }) => bytes === 1).length).to.be.at.least(118);
  });

  it('tells of each point what it was told, and the GC cycles where they were told', () => {
    const recent = new Recent();
    recent.add({ at: 1, bytes: 2 });
    recent.add({ at: 3, bytes: 4, gcCount: 5 });
    expect(recent.points()).to.deep.equal([
      { at: 1, bytes: 2 },
      { at: 3, bytes: 4, gcCount: 5 },
    ]);
  });

  it('keeps twelve points whatever their age, where readings are rare', () => {
    expect(rememberEvery(20 * MINUTE, 24 * HOUR)).to.have.length(12);
  });
});
