import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { systemClock } from '../../src/runtime/clock.ts';
import { Stop } from '../../src/runtime/stop-signal.ts';

const HOUR = 3_600_000;

describe('the system clock', () => {
  it('wakes a sleeper when its time is over, and leaves nothing at the signal', async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(1, signal);
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
  });

  it('wakes it at once where the signal aborts, before or while it sleeps', async () => {
    const waking = new AbortController();
    const asleep = systemClock.sleep(HOUR, waking.signal);
    waking.abort();
    await asleep;
    await systemClock.sleep(HOUR, waking.signal);
    expect(getEventListeners(waking.signal, 'abort')).to.deep.equal([]);
  });

  it('has one timer for all who sleep until one moment, and none when they are up', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    await new Promise(setImmediate); // by then the time of this test itself is running
    const before = timers();
    const stops = Array.from({ length: 1_000 }, () => new Stop());
    const asleep = stops.map((stop) => systemClock.sleep(HOUR, stop));
    expect(timers() - before).to.be.within(1, 100);
    for (const stop of stops) stop.abort();
    await Promise.all(asleep);
    expect(timers()).to.equal(before);
  });
});

describe('a stop', () => {
  it('tells each listener once, and none that left or came after it', () => {
    const heard: string[] = [];
    const stop = new Stop();
    const leaver = () => heard.push('leaver');
    const first = () => heard.push('first');
    stop.addEventListener('abort', leaver);
    stop.removeEventListener('abort', leaver);
    for (const again of [first, first, leaver, leaver]) stop.addEventListener('abort', again);
    stop.addEventListener('abort', () => heard.push('second'));
    stop.removeEventListener('abort', leaver);
    expect(stop.aborted).to.equal(false);
    stop.abort();
    stop.addEventListener('abort', () => heard.push('late'));
    stop.abort();
    expect([stop.aborted, ...heard]).to.deep.equal([true, 'first', 'second']);
  });
});
