import { expect } from 'chai';
import { remember, type MemoryPoint } from '../../src/memory/recent.ts';
import { HOUR, MINUTE, SECOND } from '../support/readings.ts';

function rememberEvery(intervalMs: number, forMs: number): readonly MemoryPoint[] {
  let recent: readonly MemoryPoint[] = [];
  for (let at = 0; at <= forMs; at += intervalMs) {
    recent = remember(recent, { at, bytes: at % (7 * SECOND) });
  }
  return recent;
}

describe('remember', () => {
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
    let recent: readonly MemoryPoint[] = [];
    for (let at = 0; at < HOUR; at += SECOND) {
      recent = remember(recent, { at, bytes: at % (30 * SECOND) === 5 * SECOND ? 1 : 100 });
    }
    expect(recent.filter(({ bytes }) => bytes === 1).length).to.be.at.least(118);
  });

  it('keeps twelve points whatever their age, where readings are rare', () => {
    expect(rememberEvery(20 * MINUTE, 24 * HOUR)).to.have.length(12);
  });
});
