import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { simulate, type Site } from '../support/heap-simulator.ts';
import { background } from '../support/scenarios.ts';

const MIB = 2 ** 20;
const SECONDS_PER_HOUR = 3_600;
const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * MIB,
  ownPackages: [],
};

/** Between two profiles. */
const ENTRIES = 3_000;
/** Of 1024 slots with a value of 64 bytes each; it is split when 896 of them are in use. */
const TABLE_BYTES = 75_776;
const FULL = 896;
/** By how much one is full earlier than another, for the entries come to them by their hashes. */
const UNEVEN = 1 / Math.sqrt(FULL);

/** A map that so many entries come to between two profiles, and none are deleted from, as Go 1.24 keeps it. */
function map(entries: number): Site {
  const fullAt = (generation: number) => (FULL * 2 ** generation) / entries;
  const generationAt = (step: number) => Math.max(0, Math.round(Math.log2(step / fullAt(0))));
  const splitBy = (step: number, generation: number) => {
    const [at, deviation] = [fullAt(generation), UNEVEN * fullAt(generation)];
    return 2 ** generation / (1 + Math.exp((-1.7 * (step - at)) / deviation));
  };
  return {
    stack: ['example.com/shop/session.(*Store).Put'],
    size: TABLE_BYTES,
    rate: (step) => {
      const generation = generationAt(step);
      const first = step === 0 ? 2 ** generation : 0;
      return first + 2 * (splitBy(step + 1, generation) - splitBy(step, generation));
    },
    life: (random, step) => {
      const generation = step === 0 ? 0 : generationAt(step) + 1;
      return fullAt(generation) * (1 + UNEVEN * random.normal()) - step;
    },
  };
}

/** MiB an hour, if all tables are just split. */
const MOST = (((2 * TABLE_BYTES) / FULL) * (ENTRIES * SECONDS_PER_HOUR)) / MIB;
/** If they are about to be. */
const LEAST = MOST / 2;

/** What is said of the map, with one profile a second. */
function* told(seed: number): Generator<Told> {
  const history = createHistory();
  const sites = [map(ENTRIES), ...background().slice(0, 2)];
  for (const profile of simulate({ sites, profiles: 400, seed, everyMs: 1_000 })) {
    foldProfile(history, profile, { at: profile.timeMs });
    const [suspect] = judge(history, RULES).suspects;
    if (suspect === undefined || suspect.growthBytesPerHour === 0) continue;
    yield {
      at: `profile ${history.profiles} of seed ${seed}`,
      profiles: history.profiles,
      rate: suspect.growthBytesPerHour / MIB,
      low: suspect.growthBytesPerHourLow / MIB,
      high: suspect.growthBytesPerHourHigh / MIB,
    };
  }
}

interface Told {
  readonly at: string;
  readonly profiles: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

const SEEDS = [1, 2, 3, 4, 5, 6];

describe('the rate of a map whose tables all double at about one time', () => {
  const all = SEEDS.flatMap((seed) => [...told(seed)]);

  it('is that over all its bursts and pauses once two of them are known', () => {
    const known = all.filter(({ profiles }) => profiles > 90);
    expect(known).to.have.length.above(1_500);
    for (const { at, rate } of known) expect(rate, at).to.be.within(0.8 * LEAST, 1.1 * MOST);
    const middle = (LEAST + MOST) / 2;
    const holding = known.filter(({ low, high }) => low <= middle && high >= middle);
    expect(holding.length / known.length).to.be.above(0.95);
  });

  it('may by its bounds be so from the first word on, for a burst may be over', () => {
    const young = all.filter(({ profiles }) => profiles <= 90);
    const outside = young.filter(({ low, high }) => low > MOST || high < LEAST);
    expect(young).to.have.length.above(150);
    expect(outside).to.have.length.below(4);
  });
});
