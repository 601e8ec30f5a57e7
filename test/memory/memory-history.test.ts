import { expect } from 'chai';
import { MemoryHistory } from '../../src/memory/memory-history.ts';
import { reading } from '../web/values.ts';

describe('MemoryHistory', () => {
  it('keeps what readings told, and what they did not tell as unknown', () => {
    const history = new MemoryHistory();
    history.add(reading({ at: 5, heapInuseBytes: 7, rssBytes: undefined, goroutines: 9 }));
    const [point] = history.points();
    expect(point).to.deep.include({ at: 5, heapInuseBytes: 7, goroutines: 9 });
    expect(point!.rssBytes).to.equal(undefined);
  });

  it('covers the whole watch evenly within a bounded number of points, up to the newest', () => {
    const history = new MemoryHistory();
    for (let at = 1; at <= 100_000; at++) history.add(reading({ at }));
    const times = history.points().map(({ at }) => at);
    expect(times.length).to.be.within(120, 240);
    expect([times[0]! < 1_000, times.at(-1)]).to.deep.equal([true, 100_000]);
    const steps = times.slice(1, -1).map((at, index) => at - times[index]!);
    expect(Math.max(...steps)).to.be.at.most(2 * Math.min(...steps));
  });

  it('forgets what is older than a week', () => {
    const history = new MemoryHistory();
    const hour = 3_600_000;
    for (let index = 0; index <= 24 * 60; index++) history.add(reading({ at: index * hour }));
    const times = history.points().map(({ at }) => at / hour);
    expect(times[0]).to.be.within(24 * 60 - 2 * 24 * 7 - 24, 24 * 60 - 24 * 6);
    expect(times.at(-1)).to.equal(24 * 60);
  });
});
