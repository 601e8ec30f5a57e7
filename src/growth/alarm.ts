import { windowBefore } from './blocks.ts';
import type { Window } from './blocks.ts';
import { hasGrown, levelsOffOver, passesAll } from './criteria.ts';
import type { Epoch, FunctionHistory } from './epoch.ts';
import { bearsOut, sharpened } from './live-heap.ts';
import type { LiveGrowthOver } from './live-growth.ts';
import { measureTrend } from './trend.ts';
import type { Trend } from './trend.ts';

export interface GrowthRules {
  /** Fresh profiles of one process before anything is said of it. */
  readonly minProfiles: number;
  /** Fresh profiles over which a growth must hold to be called a leak. */
  readonly confirmProfiles: number;
  readonly minGrowthBytes: number;
  /** Import paths of the team's own code; where empty, worked out from the stacks. */
  readonly ownPackages: readonly string[];
}

/** 0: within noise; 1: floor grows; 2: passes every test, twice running; 3: also over `confirmProfiles`. */
export type Level = 0 | 1 | 2 | 3;

/** One function, on the window that says most of it. */
export interface Alarm {
  readonly function: string;
  readonly history: FunctionHistory;
  readonly level: Level;
  readonly trend: Trend;
  /** What took its level down although it passed every test, or up before its time. */
  readonly background?: string;
  /** Whether it takes the live heap to say so. */
  readonly isProven?: boolean;
}

/** A window that ends now, and the one of the same length that ended one fresh profile ago. */
interface Windows {
  readonly now: Window;
  readonly before: Window;
  /** The highest level that may be said of them. */
  readonly most: Level;
}

/**
 * The first profile of a process has no floor, and every evaluation needs the one before it: so the
 * shortest window is two profiles shorter than the profiles that make a verdict.
 */
const SPARE_PROFILES = 2;
/** All of the epoch but its beginning, when any service fills up. */
const LATER_SHARE = 0.75;
const CONFIRMING_SHARE = 0.75;

/** All functions whose floor grew by `minGrowthBytes` or more in some window, the strongest first. */
export function findAlarms(
  epoch: Epoch,
  rules: GrowthRules,
  live: LiveGrowthOver,
): readonly Alarm[] {
  const looks = windowsOf(epoch, rules);
  return [...epoch.functions]
    .filter(([, { inuseBytes }]) => inuseBytes >= rules.minGrowthBytes)
    .flatMap(([name, history]) => {
      const seen = looks.flatMap((look) =>
        judgeWindow({ epoch, name, history, live }, look, rules),
      );
      return seen
        .map((alarm) => weighLife(epoch, alarm))
        .sort(byStrength)
        .slice(0, 1);
    })
    .sort(byStrength);
}

export function byStrength(a: Alarm, b: Alarm): number {
  return b.level - a.level || b.trend.z - a.trend.z;
}

interface Subject {
  readonly epoch: Epoch;
  readonly name: string;
  readonly history: FunctionHistory;
  readonly live: LiveGrowthOver;
}

function judgeWindow(
  { epoch: { axis }, name, history, live }: Subject,
  { now, before, most }: Windows,
  { minGrowthBytes }: GrowthRules,
): readonly Alarm[] {
  const measured = measureTrend({ axis, history }, now, minGrowthBytes);
  if (measured === undefined) return [];
  const trend = sharpened(live, measured);
  const passes = (isProven: boolean): boolean => {
    if (!passesAll(trend, isProven)) return false;
    const earlier = measureTrend({ axis, history }, before, minGrowthBytes / 2);
    return earlier !== undefined && passesAll(sharpened(live, earlier), isProven);
  };
  const alarm = { function: name, history, trend };
  if (passes(false)) return [{ ...alarm, level: most }];
  const isProven = most === 3 && passes(true) && bearsOut(live, trend, minGrowthBytes);
  if (isProven) return [{ ...alarm, level: most, isProven }];
  return [{ ...alarm, level: hasGrown(trend) ? 1 : 0 }];
}

/** What passes over a part of the life of the process has to hold over all of it. */
function weighLife({ axis, fresh }: Epoch, alarm: Alarm): Alarm {
  const { level, trend, history } = alarm;
  if (level < 2 || trend.lifeBefore === 0 || trend.staircase !== undefined) return alarm;
  const window = windowBefore(axis, axis.count, fresh - 1);
  const life = window && measureTrend({ axis, history }, window, 1);
  if (life === undefined || !levelsOffOver(life)) return alarm;
  const background = `but over the ${life.window.profiles} fresh profiles of the process it levels off: ${life.levelling.toFixed(2)} times the earlier rate in the later half`;
  return { ...alarm, level: 1, background };
}

/** The shortest, each twice as long as the one before, the one that confirms, and all of the epoch. */
function windowsOf({ axis, profiles, fresh }: Epoch, rules: GrowthRules): readonly Windows[] {
  const usable = fresh - 1;
  const confirming = rules.confirmProfiles - SPARE_PROFILES;
  const shortest = rules.minProfiles - SPARE_PROFILES;
  const later = Math.max(shortest, Math.round(LATER_SHARE * usable));
  const lengths = new Set([shortest, confirming, later, usable]);
  for (let length = 2 * rules.minProfiles; length < usable; length *= 2) lengths.add(length);
  return [...lengths]
    .filter((length) => length <= usable)
    .flatMap((length) => {
      const now = windowBefore(axis, axis.count, length);
      const before = windowBefore(axis, axis.count - 1, Math.min(length, usable - 1));
      if (now === undefined || before === undefined) return [];
      const captured = (Math.min(length, usable - 1) * profiles) / fresh;
      const confirms =
        profiles >= rules.confirmProfiles && captured >= CONFIRMING_SHARE * confirming;
      return [{ now, before, most: fresh < rules.minProfiles ? 1 : confirms ? 3 : 2 }];
    });
}
