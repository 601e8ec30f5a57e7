import { formatBytes } from '../config/units.ts';
import type { Staircase } from './staircase.ts';
import type { Trend } from './trend.ts';
import type { TestOutcome } from './verdict.ts';

/**
 * The bars. `Z`: of sampling noise alone, one false alarm in a target-month of polls every minute over
 * 500 functions. The rest holds back what is no noise: batches, steps, caches that fill, traffic.
 */
export const Z = 4.75;
/** Where the live heap proves that something leaks, one function is looked for, not hundreds looked at. */
const PROVEN_Z = 3.5;

const RISES = 4;
const STEP_DOWN_SHARE = 0.2;
const GROWTH_OVER_FALL = 2;
const ONE_STEP_SHARE = 0.6;
const LEVELLING = 0.7;
/** Where sampling blurs the two rates less, more can be asked for; but traffic is never quite even. */
const CLEAR_LEVELLING = 0.85;
const LEVELLING_LOW = 0.5;
const YOUNG_LEVELLING_LOW = 0.6;
const LONG_LEVELLING = 0.7;
/** Over so many profiles a cache that fills up has slowed down clearly, so less has to be asked for. */
const LONG_PROFILES = 160;
const LONG_STRICTNESS = 0.85;
/** How many times as long as its room takes to fill the last step of a staircase may last. */
const PATIENCE = 1.5;
/**
 * Leaks keep what they take: of what was seen in use at them less than half went again, in the recorded
 * corpus, but for tables that are copied and caches that forget a part. At sessions and reloads it is more.
 */
const TURNOVER = 0.55;
const LIFE_BEFORE = 0.25;
const TRAFFIC_NOISE = 1.05;
const EXCESS_SHARE = 0.15;
const EXCESS_Z = 3;
/** The same where most of what came went again, for that follows the traffic closely, and its noise too. */
const REPLACED_SHARE = 0.5;
const REPLACED_Z = 5;

/** `isProven`: whether the live heap, as readings tell it, grew as only a leak makes it grow. */
type Test = (trend: Trend, isProven: boolean) => TestOutcome;

/** In the order they are applied. */
const TESTS: readonly Test[] = [
  testGrowth,
  testPersistence,
  testSaturation,
  testTraffic,
  testTurnover,
];

/** Whether the floor grew beyond noise, whatever else may explain it. */
export function hasGrown(trend: Trend): boolean {
  return trend.z >= Z;
}

export function passesAll(trend: Trend, isProven = false): boolean {
  return TESTS.every((test) => test(trend, isProven).passed);
}

/** Every test with the figures it was decided on; that of growth lacks what it was that grew. */
export function explain(trend: Trend, isProven = false): readonly TestOutcome[] {
  return TESTS.map((test) => test(trend, isProven));
}

function testGrowth({ growthBytes, z, window }: Trend, isProven: boolean): TestOutcome {
  const needed = isProven ? PROVEN_Z : Z;
  return {
    name: 'growth',
    passed: z >= needed,
    reason: `grew ${formatBytes(growthBytes)} over ${window.profiles} fresh profiles, z ${figure(z)} (needs ${needed})`,
  };
}

function testPersistence(trend: Trend, isProven: boolean): TestOutcome {
  return trend.staircase === undefined
    ? testRises(trend, isProven)
    : testSteps(trend, trend.staircase);
}

/** The noise of sampling is small where one object is so large, but between two steps there is nothing to see. */
function testSteps({ floors, peak }: Trend, { steps }: Staircase): TestOutcome {
  const climbing = `${steps} steps up that last`;
  const fell = (floors.at(-1)?.bytes ?? 0) < peak.bytes;
  const reason = fell
    ? `${climbing}, but was higher before (${formatBytes(peak.bytes)})`
    : climbing;
  return { name: 'persistence', passed: !fell, reason };
}

function testRises(trend: Trend, isProven: boolean): TestOutcome {
  const { floors, growthBytes, rises, stepDownBytes, stepNoiseBytes, fallBytes, peak } = trend;
  const { largestStepBytes } = trend;
  const rising = `rising in ${rises} of 5 blocks`;
  const fails = (reason: string): TestOutcome => ({ name: 'persistence', passed: false, reason });
  if (rises < RISES) return fails(`${rising} (needs ${RISES})`);
  if (stepDownBytes > Math.max(stepNoiseBytes, STEP_DOWN_SHARE * growthBytes))
    return fails(`${rising}, but fell by ${formatBytes(stepDownBytes)} in between`);
  if (largestStepBytes > ONE_STEP_SHARE * growthBytes)
    return fails(`${rising}, but ${formatBytes(largestStepBytes)} of it in one step`);
  if ((floors.at(-1)?.bytes ?? 0) <= peak.bytes)
    return fails(`${rising}, but was higher before (${formatBytes(peak.bytes)})`);
  if (growthBytes < (isProven ? 1 : GROWTH_OVER_FALL) * fallBytes)
    return fails(
      `${rising}, but fell by ${formatBytes(fallBytes)} before (needs ${GROWTH_OVER_FALL} times that)`,
    );
  return { name: 'persistence', passed: true, reason: rising };
}

function testSaturation(trend: Trend, isProven: boolean): TestOutcome {
  return trend.staircase === undefined ? testLevelling(trend, isProven) : testPace(trend.staircase);
}

function testPace({ levelling, waited }: Staircase): TestOutcome {
  const late = `${figure(levelling)} times the earlier pace in the later steps`;
  const fails = (reason: string): TestOutcome => ({ name: 'saturation', passed: false, reason });
  if (levelling < LEVELLING) return fails(`levelling off: ${late} (needs ${LEVELLING})`);
  if (waited > PATIENCE)
    return fails(
      `at a stop: the last step lasts ${figure(waited)} times as long as its room does (at most ${PATIENCE})`,
    );
  return { name: 'saturation', passed: true, reason: `not levelling off: ${late}` };
}

function testLevelling(trend: Trend, isProven: boolean): TestOutcome {
  const { levelling, levellingLow, longLevelling, continued, continuedAtLeast } = trend;
  const whose = trend.isOfLiveHeap === true ? ' of the live heap' : '';
  const late = `${figure(levelling)} times the earlier rate${whose} in the later half`;
  const fails = (reason: string): TestOutcome => ({ name: 'saturation', passed: false, reason });
  const { least, leastLow } = leastLevelling(trend);
  if (levelling < least) return fails(`levelling off: ${late} (needs ${figure(least)})`);
  if (!isProven && levellingLow < leastLow)
    return fails(
      `too few samples to say that it does not level off: ${late}, or ${figure(levellingLow)} (needs ${figure(leastLow)})`,
    );
  if (longLevelling < LONG_LEVELLING)
    return fails(
      `levelling off: ${figure(longLevelling)} times the rate of the window before (needs ${LONG_LEVELLING})`,
    );
  if (continued < continuedAtLeast)
    return fails(
      `at a stop: ${figure(continued)} of the growth to expect since the last floor (needs ${figure(continuedAtLeast)})`,
    );
  return { name: 'saturation', passed: true, reason: `not levelling off: ${late}` };
}

/**
 * What is still young is more often a cache that fills up than a leak, and has to be surer that it goes on.
 * A leak is as fast in the later half as in the earlier, give or take one standard error.
 */
function leastLevelling({ window, lifeBefore, levelling, levellingLow }: Trend): {
  readonly least: number;
  readonly leastLow: number;
} {
  const isLong = window.profiles >= LONG_PROFILES;
  const strictness = isLong ? LONG_STRICTNESS : 1;
  const low = !isLong && lifeBefore < LIFE_BEFORE ? YOUNG_LEVELLING_LOW : LEVELLING_LOW;
  const blurred = levelling > 0 && levelling < Infinity ? levellingLow / levelling : 0;
  const least = Math.min(CLEAR_LEVELLING, Math.max(strictness * LEVELLING, blurred));
  return { least, leastLow: strictness * low };
}

/**
 * Whether it levels off over the whole life of the process: of the windows in a cache that fills up one or
 * the other looks even by chance.
 */
export function levelsOffOver(life: Trend): boolean {
  if (life.staircase !== undefined) return false;
  const { least } = leastLevelling(life);
  const strictness = life.window.profiles >= LONG_PROFILES ? LONG_STRICTNESS : 1;
  return life.levelling < least || life.levellingLow < strictness * LEVELLING_LOW;
}

/**
 * Traffic that grew by less than 5% is noise of the measure; but also without it a growth of less than
 * 15% is what a busy service does by itself.
 */
function testTraffic(trend: Trend, isProven: boolean): TestOutcome {
  const { traffic, floors, growthBytes, excessBytes, excessZ } = trend;
  const first = (floors.at(-1)?.bytes ?? 0) - growthBytes;
  const replaced = trend.deaths > TURNOVER && traffic > TRAFFIC_NOISE;
  const needed = (replaced ? REPLACED_SHARE : EXCESS_SHARE) * traffic * first;
  const needsZ = replaced && !isProven ? REPLACED_Z : EXCESS_Z;
  const isSteady = traffic <= TRAFFIC_NOISE;
  const passed = excessBytes >= needed && (isSteady || excessZ >= needsZ);
  return { name: 'traffic', passed, reason: isSteady ? steadily() : busily() };

  function steadily(): string {
    const share = Math.round((100 * growthBytes) / Math.max(1, first));
    return passed
      ? 'traffic did not grow'
      : `no more than ${share}% above what it held (needs ${100 * EXCESS_SHARE}%)`;
  }

  function busily(): string {
    const what = trend.isOfItsOwn ? 'what it allocates' : 'traffic';
    const left =
      excessBytes > 0
        ? `which leaves ${formatBytes(excessBytes)} unexplained`
        : 'which explains all of it';
    const least = needed >= 1 ? ` (needs ${formatBytes(needed)})` : '';
    return `${what} grew ${figure(traffic)} times, ${left}${least}, z ${figure(excessZ)} (needs ${needsZ})`;
  }
}

function testTurnover(trend: Trend, isProven: boolean): TestOutcome {
  const { deaths, lifeBefore } = trend;
  const share = `${Math.round(100 * deaths)}% of what came went again`;
  const fails = (reason: string): TestOutcome => ({ name: 'turnover', passed: false, reason });
  if (deaths <= TURNOVER) return { name: 'turnover', passed: true, reason: `only ${share}` };
  if (trend.staircase !== undefined)
    return { name: 'turnover', passed: true, reason: `${share}: arrays that were outgrown` };
  if (isProven)
    return { name: 'turnover', passed: true, reason: `${share}, and the live heap keeps the rest` };
  if (lifeBefore < LIFE_BEFORE) return fails(`${share}, and the process may still be filling up`);
  return { name: 'turnover', passed: true, reason: `${share}, the rest stays` };
}

function figure(value: number): string {
  return value > 100 ? 'over 100' : String(Number(value.toPrecision(2)));
}
