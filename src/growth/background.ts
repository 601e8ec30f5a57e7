import { formatBytes } from '../config/units.ts';
import type { Alarm, GrowthRules } from './alarm.ts';
import { Z } from './criteria.ts';
import type { Epoch } from './epoch.ts';
import { grownStacks } from './grown-stacks.ts';
import { halvesOf, isFillingUp, MIN_LIVES, stitch } from './lives.ts';
import type { Life, Stitched } from './lives.ts';
import type { OriginOf } from './origin.ts';
import { testLiveHeap } from './live-heap.ts';
import type { LiveGrowthOver } from './live-growth.ts';
import type { Plateaus } from './plateaus.ts';
import { allocShareOf } from './traffic.ts';

/** What is known beside the running process. */
export interface Background {
  readonly origin: OriginOf;
  /** What earlier processes of the target levelled off at. */
  readonly plateaus: Plateaus;
  /** What other processes of its service levelled off at, bytes; 0 where they did not. */
  readonly beside: (name: string) => number;
  /** How earlier processes grew, the newest last. */
  readonly lives: readonly Life[];
  readonly rules: GrowthRules;
  /** Of the running process, where readings tell it. */
  readonly live: LiveGrowthOver;
}

const DISPATCHER_SHARE = 0.5;
/** A function that holds so much more than it once did with no end is not warming up. */
const KNOWN_FACTOR = 1.3;
const PROVING_PROFILES = 58;
const STITCHED_LEVELLING = 0.7;
const STITCHED_LOW = 0.5;
const STITCHED_CONTINUED = 0.5;

/** Nothing is taken from what is within noise; a proof by history needs some of its own. */
export function weighBackground(epoch: Epoch, alarm: Alarm, background: Background): Alarm {
  const { plateaus, beside, lives } = background;
  const raised = weighLives(epoch, alarm, background);
  const { level, trend } = raised;
  if (level < 2) return raised;
  const doubt = doubtOf(epoch, raised, background);
  if (doubt !== undefined) return { ...raised, level: 1, background: `but ${doubt}` };
  const before = plateaus.get(alarm.function) ?? 0;
  const need = Math.max(before, beside(alarm.function));
  if (need === 0) return weighAge(epoch, raised, lives);
  const who = need === before ? 'an earlier process' : 'another process of the service';
  const levelled = `${who} levelled off at ${formatBytes(need)}`;
  if (alarm.history.inuseBytes < KNOWN_FACTOR * need)
    return { ...alarm, level: 1, background: `but ${levelled} (needs ${KNOWN_FACTOR} times that)` };
  if (level === 3 || trend.window.profiles < PROVING_PROFILES) return raised;
  const times = (alarm.history.inuseBytes / need).toFixed(1);
  return { ...alarm, level: 3, background: `${levelled}, and it holds ${times} times that` };
}

/** What the rest of the process says against it, in words. */
function doubtOf(epoch: Epoch, alarm: Alarm, { live, origin }: Background): string | undefined {
  const heap = testLiveHeap(live, alarm.trend);
  if (heap?.passed === false) return heap.reason;
  return isDispatcher(epoch, alarm, origin)
    ? 'it is the sum of what the functions below it allocate'
    : undefined;
}

/** What warmed up in earlier processes does so again. */
function weighAge(epoch: Epoch, alarm: Alarm, lives: readonly Life[]): Alarm {
  if (!isFillingUp(lives, alarm.function, ageOf(epoch))) return alarm;
  const background = 'but so it did in earlier processes, which slowed down with age';
  return { ...alarm, level: 1, background };
}

function ageOf({ axis: { startMs, endMs, count } }: Epoch): number {
  return (endMs[count - 1] ?? 0) - (startMs[0] ?? 0);
}

/**
 * A process that is restarted before its leak can be told shows it in each of its lives: the later
 * halves of them all, in which a service that warms up hardly grows any more, make one long growth.
 */
function weighLives(
  epoch: Epoch,
  alarm: Alarm,
  { rules, lives }: Pick<Background, 'rules' | 'lives'>,
): Alarm {
  const { axis } = epoch;
  const { function: name, history, level } = alarm;
  if (level === 3 || lives.length < MIN_LIVES - 1) return alarm;
  const running = halvesOf({ axis, history });
  if (running === undefined || !lives.some((life) => life.functions.has(name))) return alarm;
  const all = stitch(lives, name, running);
  const profiles = all.profiles + epoch.profiles;
  if (!goesOn(all) || profiles < rules.minProfiles) return alarm;
  const raised = profiles >= rules.confirmProfiles ? 3 : 2;
  const background = `${all.lives} processes one after the other grew so, by ${formatBytes(all.laterBytes)} in the later halves of their lives (z ${all.z.toFixed(1)}), over ${profiles} profiles`;
  return raised > level ? { ...alarm, level: raised, background } : alarm;
}

function goesOn(all: Stitched): boolean {
  return (
    all.lives >= MIN_LIVES &&
    all.z >= Z &&
    all.levelling >= STITCHED_LEVELLING &&
    all.levellingLow >= STITCHED_LOW &&
    all.continued >= STITCHED_CONTINUED
  );
}

/**
 * Below `main` and the router everything is allocated that the process allocates: their growth is the
 * sum of all unrest in it, and says nothing that the functions they call do not say better. So it
 * raises no suspicion by itself, unless they allocate what grows themselves.
 */
function isDispatcher(
  epoch: Epoch,
  { function: name, history, level, trend }: Alarm,
  origin: OriginOf,
): boolean {
  if (level < 2 || allocShareOf({ axis: epoch.axis, history }, trend.window) <= DISPATCHER_SHARE)
    return false;
  const isLibrary = (each: string): boolean =>
    origin(name) !== 'standard' && ['standard', 'runtime'].includes(origin(each));
  return grownStacks(epoch, trend.window).growthOfItself(name, isLibrary) < trend.growthBytes / 2;
}
