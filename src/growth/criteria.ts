import { formatBytes } from '../config/units.ts';
import type { Trend } from './trend.ts';
import type { TestOutcome } from './verdict.ts';

/**
 * The bars. `Z`: of sampling noise alone, one false alarm in a target-month of polls every minute over
 * 500 functions. The rest holds back what is no noise: batches, steps, caches that fill, traffic.
 */
const Z = 4.75;
const RISES = 4;
const STEP_DOWN_SHARE = 0.2;
const GROWTH_OVER_FALL = 2;
const ONE_STEP_SHARE = 0.6;
const LEVELLING = 0.7;
const LEVELLING_LOW = 0.5;
const LONG_LEVELLING = 0.7;
const TRAFFIC_NOISE = 1.05;
const EXCESS_SHARE = 0.15;
const EXCESS_Z = 3;

type Test = (trend: Trend) => TestOutcome;

/** In the order they are applied. */
const TESTS: readonly Test[] = [testGrowth, testPersistence, testSaturation, testTraffic];

/** Whether the floor grew beyond noise, whatever else may explain it. */
export function hasGrown(trend: Trend): boolean {
  return trend.z >= Z;
}

export function passesAll(trend: Trend): boolean {
  return TESTS.every((test) => test(trend).passed);
}

/** Every test with the figures it was decided on. */
export function explain(trend: Trend): readonly TestOutcome[] {
  return TESTS.map((test) => test(trend));
}

function testGrowth(trend: Trend): TestOutcome {
  const { growthBytes, z, window } = trend;
  return {
    name: 'growth',
    passed: hasGrown(trend),
    reason: `floor grew ${formatBytes(growthBytes)} over ${window.profiles} fresh profiles, z ${figure(z)} (needs ${Z})`,
  };
}

function testPersistence(trend: Trend): TestOutcome {
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
  if (growthBytes < GROWTH_OVER_FALL * fallBytes)
    return fails(
      `${rising}, but fell by ${formatBytes(fallBytes)} before (needs ${GROWTH_OVER_FALL} times that)`,
    );
  return { name: 'persistence', passed: true, reason: rising };
}

function testSaturation(trend: Trend): TestOutcome {
  const { levelling, levellingLow, longLevelling, continued, continuedAtLeast } = trend;
  const late = `${figure(levelling)} times the earlier rate in the later half`;
  const fails = (reason: string): TestOutcome => ({ name: 'saturation', passed: false, reason });
  if (levelling < LEVELLING) return fails(`levelling off: ${late} (needs ${LEVELLING})`);
  if (levellingLow < LEVELLING_LOW)
    return fails(
      `too few samples to say that it does not level off: ${late}, or ${figure(levellingLow)} (needs ${LEVELLING_LOW})`,
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
 * Traffic that grew by less than 5% is noise of the measure; but also without it a growth of less than
 * 15% is what a busy service does by itself.
 */
function testTraffic(trend: Trend): TestOutcome {
  const { traffic, floors, growthBytes, excessBytes, excessZ } = trend;
  const first = (floors.at(-1)?.bytes ?? 0) - growthBytes;
  const needed = EXCESS_SHARE * traffic * first;
  const isSteady = traffic <= TRAFFIC_NOISE;
  const passed = excessBytes >= needed && (isSteady || excessZ >= EXCESS_Z);
  return { name: 'traffic', passed, reason: isSteady ? steadily() : busily() };

  function steadily(): string {
    const share = Math.round((100 * growthBytes) / Math.max(1, first));
    return passed
      ? 'traffic did not grow'
      : `no more than ${share}% above what it held (needs ${100 * EXCESS_SHARE}%)`;
  }

  function busily(): string {
    return (
      `traffic grew ${figure(traffic)} times and explains all but ${formatBytes(excessBytes)} ` +
      `(needs ${formatBytes(needed)}), z ${figure(excessZ)} (needs ${EXCESS_Z})`
    );
  }
}

function figure(value: number): string {
  return value > 100 ? 'over 100' : String(Number(value.toPrecision(2)));
}
