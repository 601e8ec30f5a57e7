import { expect } from 'chai';
import type { Verdict } from '../../src/growth/verdict.ts';
import { suspect } from '../incident/report.ts';
import { LimitLog } from './limits.ts';
import type { SeriesPoll } from './series.ts';

const MIB = 2 ** 20;

/** Grows by a MiB a poll, and is suspected of it from poll 24 on. */
function seen(): LimitLog {
  const log = new LimitLog({ minProfiles: 24 });
  for (let poll = 0; poll < 100; poll++) log.see(pollAt(poll), verdictAt(poll));
  return log;
}

function pollAt(poll: number): SeriesPoll {
  const bytes = (100 + poll) * MIB;
  return {
    poll,
    at: poll * 60_000,
    epoch: 0,
    leakedBytes: 0,
    onset: 0,
    numGC: poll,
    heapLive: 0,
    heapAlloc: bytes / 2,
    totalAlloc: bytes,
    heapSys: bytes,
    heapInuse: bytes,
    heapIdle: 0,
    heapReleased: 0,
    stackInuse: 0,
    buckHashSys: 0,
    sys: bytes,
    nextGC: bytes,
    rss: bytes,
    goroutines: 1,
    profile: new Uint8Array(),
  };
}

function verdictAt(poll: number): Verdict {
  const rate = 30 * MIB;
  return {
    state: poll < 24 ? 'quiet' : 'suspect',
    reason: 'floor of cache.Put grew',
    tests: [],
    suspects: [
      suspect('append < cache.Put', {
        growthBytesPerHour: rate,
        growthBytesPerHourLow: rate,
        growthBytesPerHourHigh: rate,
      }),
    ],
    profiles: poll + 1,
    fresh: poll + 1,
    epochs: 1,
    freshInEpoch: poll + 1,
  };
}

describe('what is said near a limit', () => {
  it('is a leak from the suspicion on where the process is dead before there are profiles enough', () => {
    expect(seen().of('leak')[0]).to.deep.equal({
      limit: 'reached within 30 profiles',
      endsAt: 30,
      suspectAt: 24,
      leakAt: 24,
    });
  });

  it('is no more than a suspicion where its limit is far', () => {
    const limited = seen().of('healthy');
    expect(limited.map(({ leakAt }) => leakAt)).to.deep.equal(limited.map(() => undefined));
    expect(limited.map(({ suspectAt }) => suspectAt)).to.deep.equal(limited.map(() => 24));
  });
});
