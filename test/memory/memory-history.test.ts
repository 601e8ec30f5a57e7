import { expect } from 'chai';
import { highestOfEach, MemoryHistory } from '../../src/memory/memory-history.ts';
import { reading } from '../web/values.ts';

describe('what a picture shows of memory', () => {
  it('is the highest of each time that it can tell apart, and the newest', () => {
    const history = new MemoryHistory();
    const rss = [10, 40, 20, 30, 50, 20];
    rss.forEach((rssBytes, at) => history.add(reading({ at, rssBytes })));
    const shown = highestOfEach(history.points(), 3);
    expect(shown.map(({ at, rssBytes }) => [at, rssBytes])).to.deep.equal([
      [1, 40],
      [4, 50],
      [5, 20],
    ]);
  });
});

describe('MemoryHistory', () => {
  it('keeps what readings told, and what they did not tell as unknown', () => {
    const history = new MemoryHistory();
    history.add(reading({ at: 5, heapInuseBytes: 7, rssBytes: undefined, goroutines: 9 }));
    const [point] = history.points();
    expect(point).to.deep.include({ at: 5, heapInuseBytes: 7, goroutines: 9 });
    expect(point!.rssBytes).to.equal(undefined);
  });

  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  /** A week of readings, one a quarter of a minute, with one short peak in the middle. */
  function week() {
    const history = new MemoryHistory();
    const end = 7 * DAY;
    for (let at = 0; at <= end; at += MINUTE / 4) {
      history.add(reading({ at, rssBytes: at === end / 2 ? 900 : 100 + (at % 50) }));
    }
    return { points: history.points(), end };
  }

  it('keeps a week within a bounded number of points, finer the younger they are', () => {
    const { points, end } = week();
    expect(points.length).to.be.within(300, 480);
    expect(points.at(-1)!.at).to.equal(end);
    const widest = (from: number, to: number) => {
      const times = points.map(({ at }) => at).filter((at) => at >= from && at <= to);
      return Math.max(...times.slice(1).map((at, index) => at - times[index]!));
    };
    expect(widest(end - HOUR / 2, end)).to.be.at.most(MINUTE);
    expect(widest(end - DAY, end)).to.be.at.most(20 * MINUTE);
    expect(widest(0, end)).to.be.at.most(2 * HOUR);
    expect(points[0]!.at).to.be.at.most(2 * HOUR);
  });

  it('loses no peak', () => {
    const { points, end } = week();
    expect(points.find(({ rssBytes }) => rssBytes === 900)?.at).to.equal(end / 2);
  });

  it('is as fine for a service that is read often and was watched for a short time', () => {
    const history = new MemoryHistory();
    for (let at = 0; at < 96_000; at += 100) history.add(reading({ at }));
    const times = history.points().map(({ at }) => at);
    const steps = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.max(...steps)).to.be.at.most(2_000);
  });

  it('forgets what is older than a week', () => {
    const history = new MemoryHistory();
    for (let at = 0; at <= 60 * DAY; at += HOUR / 2) history.add(reading({ at }));
    const times = history.points().map(({ at }) => at / DAY);
    expect(times[0]).to.be.within(48, 53);
    expect(times.at(-1)).to.equal(60);
  });

  it('gives what a clock that was set back says precedence over what it said before', () => {
    const history = new MemoryHistory();
    for (const at of [10, 20, 30, 15]) history.add(reading({ at }));
    expect(history.points().map(({ at }) => at)).to.deep.equal([10, 15]);
  });

  it('tells what is younger than a time alone', () => {
    const history = new MemoryHistory();
    for (const at of [10, 20, 30]) history.add(reading({ at }));
    expect(history.points(20).map(({ at }) => at)).to.deep.equal([20, 30]);
  });
});
