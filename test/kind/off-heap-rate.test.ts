import { expect } from 'chai';
import { observeKinds, NO_READINGS } from '../../src/kind/kind-history.ts';
import type { Trend } from '../../src/kind/trend.ts';
import { HOUR, MIB, MINUTE, randomNumbers, readingOf, SECOND } from '../support/readings.ts';

const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * MIB,
  profileEveryMs: MINUTE,
};
/** Of memory outside of Go, an hour. */
const RATE = 600 * MIB;

/** Of the runtime's 180 MiB so many are not touched yet. */
function* told(untouched: number): Generator<{ readonly at: number; readonly trend: Trend }> {
  const noise = randomNumbers(5);
  let history = NO_READINGS;
  for (let at = 0; at < HOUR; at += 15 * SECOND) {
    const bytes = 180 * MIB - untouched + (RATE * at) / HOUR + 2 * MIB * noise();
    const reading = { ...readingOf({ at, bytes }), sysBytes: 180 * MIB, heapReleasedBytes: 0 };
    const observed = observeKinds(history, reading, RULES);
    history = observed.history;
    const alarm = observed.verdict.alarms.find(({ kind }) => kind === 'off_heap');
    if (alarm?.state === 'suspect' && alarm.trend !== undefined) yield { at, trend: alarm.trend };
  }
}

describe('the rate of memory outside of Go', () => {
  for (const untouched of [60, 120]) {
    it(`is that of what can be seen of it, where ${untouched} MiB of the runtime's were not touched at first`, () => {
      const all = [...told(untouched * MIB)];
      expect(all).to.have.length.above(20);
      for (const { at, trend } of all) {
        const [low, high] = [-2, 2].map((errors) => trend.perHour + errors * trend.perHourError);
        expect(trend.perHour / RATE).to.be.within(0.9, 1.1);
        expect(low).to.be.below(RATE);
        expect(high).to.be.above(RATE);
        const mean = (trend.growthToNow * HOUR) / (at - trend.seenSinceMs);
        expect(mean / RATE).to.be.within(0.85, 1.15);
      }
    });
  }
});
