import { expect } from 'chai';
import type { TargetConfig } from '../../src/config/config.ts';
import type { Reading } from '../../src/memory/reading.ts';
import {
  alarmOf,
  NOTHING_WATCHED,
  withLook,
  withReading,
  type KindWatch,
} from '../../src/watch/kind-watch.ts';
import { httpConfig } from '../support/http-config.ts';
import { HOUR, MIB, MINUTE, readingOf } from '../support/readings.ts';
import { JUDGING } from './judging.ts';

const CONFIG: TargetConfig = {
  name: 'quotes',
  url: 'http://127.0.0.1:1',
  labels: {},
  memoryLimitBytes: undefined,
  ownPackages: [],
  http: httpConfig(),
  reading: { source: 'pprof', intervalMs: MINUTE, timeoutMs: MINUTE },
  trigger: { above: { kind: 'bytes', bytes: 1 }, growthBytesPerHour: 1 },
  ...JUDGING,
};

const BEGAN = 1_700_000_000_000;

/** A service whose readings tell no number of goroutines, and whose profile of them tells 100 more a minute. */
async function watched(
  minutes: number,
  grown: (minute: number) => Partial<Reading>,
  setBy: (minute: number) => number = () => 0,
): Promise<{ readonly kinds: KindWatch; readonly looks: number }> {
  let kinds = NOTHING_WATCHED;
  let looks = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const at = BEGAN + minute * MINUTE + setBy(minute);
    const reading = { ...readingOf({ at, bytes: 100 * MIB }), ...grown(minute) };
    kinds = await withLook(withReading(kinds, reading, CONFIG), undefined, {
      config: CONFIG,
      now: () => at,
      fetch: async () => Buffer.from(''),
      analyst: {
        goroutines: async () => {
          looks += 1;
          return { kind: 'goroutines', look: { total: 10 + 100 * minute, groups: [] } };
        },
      },
    });
  }
  return { kinds, looks };
}

describe('what calls for a look at the goroutines', () => {
  const holding = (minute: number) => ({
    heapAllocBytes: (50 + 2 * minute) * MIB,
    stackInuseBytes: (1 + 0.2 * minute) * MIB,
  });

  it('is that their stacks grow, though what they hold grows ten times as much', async () => {
    const { kinds } = await watched(90, holding);
    expect(alarmOf(kinds.verdict, 'goroutine')?.state).to.equal('suspect');
  });

  it('is not yet that they grow by less than the rules ask', async () => {
    const { kinds, looks } = await watched(20, holding);
    expect([looks, kinds.verdict?.kind]).to.deep.equal([0, 'heap']);
  });

  it('is not that the heap alone grows', async () => {
    const { looks } = await watched(90, (minute) => ({ ...holding(minute), stackInuseBytes: MIB }));
    expect(looks).to.equal(0);
  });
});

describe('looks at the goroutines, while the clock is set', () => {
  const stacks = (minute: number) => ({ stackInuseBytes: (1 + 0.2 * minute) * MIB });
  const DAY = 24 * HOUR;

  const SET = { 'set back': [0, -DAY], 'set right': [DAY, 0] } as const;

  for (const [name, [before, after]] of Object.entries(SET)) {
    it(`come as often as ever after it was ${name}, and tell since when`, async () => {
      const setBy = (minute: number) => (minute < 60 ? before : after);
      const sound = await watched(90, stacks);
      const { kinds, looks } = await watched(90, stacks, setBy);
      expect(looks).to.be.closeTo(sound.looks, 1);
      expect(alarmOf(kinds.verdict, 'goroutine')?.state).to.equal('suspect');
      const ago = ({ looks: seen }: KindWatch) => (seen?.last.at ?? 0) - (seen?.first.at ?? 0);
      expect(ago(kinds)).to.equal(ago(sound.kinds));
    });
  }
});
