import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { systemClock } from '../../src/runtime/clock.ts';

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
});
