import { formatBytes, formatDuration } from '../config/units.ts';
import type { Alarm, GrowthRules } from './alarm.ts';
import { BLOCKS } from './blocks.ts';
import { explain, passesAll } from './criteria.ts';
import type { Epoch } from './epoch.ts';
import { grownStacks } from './grown-stacks.ts';
import { testLiveHeap } from './live-heap.ts';
import type { LiveGrowthOver } from './live-growth.ts';
import type { TestOutcome, Verdict } from './verdict.ts';

export type Explained = Pick<Verdict, 'reason' | 'tests'>;

interface Circumstances {
  readonly epoch: Epoch;
  readonly live: LiveGrowthOver;
  readonly rules: GrowthRules;
}

/**
 * Why a function is at its level and no higher, in words, and each test that was made of it. Where the growth
 * is laid at another one, `named`, the figures are still those of the function that was tested, and say so.
 */
export function explainAlarm(
  alarm: Alarm,
  { epoch, live, rules }: Circumstances,
  named = alarm.function,
): Explained {
  const floor = `floor of ${alarm.function}${kinship(epoch, alarm, named)}`;
  const tests = explain(alarm.trend, alarm.isProven).map((test) => withSubject(test, floor));
  const heap = testLiveHeap(live, alarm.trend);
  const found = [
    `${floor} ${whatGrew(alarm)}`,
    ...findings(tests),
    ...(alarm.isProven && heap ? [`and ${heap.reason}`] : []),
    ...(alarm.background && alarm.level < 3 ? [alarm.background] : []),
  ];
  const reason = found.join(', ') + whatDecides(alarm, rules, epoch.profiles);
  return { reason, tests: heap ? [...tests, heap] : tests };
}

/** The first of the tests says whose they are. */
function withSubject(test: TestOutcome, floor: string): TestOutcome {
  return test.name === 'growth' ? { ...test, reason: `${floor} ${test.reason}` } : test;
}

/** How the function that was tested stands to the one that is named: `, a caller of shop/cart.New,`. */
function kinship(epoch: Epoch, { function: tested, trend }: Alarm, named: string): string {
  if (tested === named) return '';
  const both = grownStacks(epoch, trend.window).through(tested).through(named).steepest();
  if (both === undefined) return `, which grows beside ${named},`;
  const isCaller = both.functions.indexOf(tested) > both.functions.indexOf(named);
  return isCaller ? `, a caller of ${named},` : `, which ${named} calls,`;
}

function whatGrew({ trend: { growthBytes, window, z } }: Alarm): string {
  const blocks = window.blocks.slice(-BLOCKS);
  const time = formatDuration((blocks.at(-1)?.endMs ?? 0) - (blocks[0]?.startMs ?? 0));
  return (
    `grew ${formatBytes(growthBytes)} over ${window.profiles} fresh profiles ` +
    `in ${time} (z ${z.toFixed(1)})`
  );
}

/** Of a growth within noise nothing more is said; of others what speaks against a leak, else what speaks for it. */
function findings([growth, ...others]: readonly TestOutcome[]): readonly string[] {
  if (growth?.passed === false) return ['which is within the noise of sampling and use'];
  const against = others.filter(({ passed }) => !passed);
  const telling = against.length > 0 ? against : others;
  return telling.map(({ reason }) => reason);
}

/** What it lacks to be more, or took to be a leak: it comes last, for that is kept where a reason is cut. */
function whatDecides(
  alarm: Alarm,
  { confirmProfiles }: Pick<GrowthRules, 'confirmProfiles'>,
  captured: number,
): string {
  const { level, trend, background } = alarm;
  if (level === 3) return `; a leak, for ${proofOf(alarm, confirmProfiles)}`;
  if (level === 1 && background === undefined && passesAll(trend))
    return '; a suspect has to pass at two fresh profiles running';
  if (level !== 2) return '';
  const missing = confirmProfiles - captured;
  return missing > 0
    ? `; leak needs ${confirmProfiles} profiles of a process, ${missing} to go`
    : `; leak needs growth that holds over most of ${confirmProfiles} profiles`;
}

/** What took it up before its time, or that time. */
function proofOf({ background, isProven = false }: Alarm, confirmProfiles: number): string {
  if (background !== undefined) return background;
  const held = `held over most of ${confirmProfiles} profiles`;
  return isProven ? `it ${held}, and the live heap bears it out` : `it ${held}`;
}
