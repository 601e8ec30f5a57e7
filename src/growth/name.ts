import type { Alarm, GrowthRules } from './alarm.ts';
import type { Window } from './blocks.ts';
import type { Candidate } from './candidate.ts';
import { Z } from './criteria.ts';
import type { Epoch } from './epoch.ts';
import { grownStacks } from './grown-stacks.ts';
import type { GrownStacks } from './grown-stacks.ts';
import type { OriginOf } from './origin.ts';
import { partsOf } from './parts.ts';
import { pickBest } from './pick.ts';
import type { Naming } from './pick.ts';
import { score } from './score.ts';
import { allocShareOf } from './traffic.ts';
import { measureTrend } from './trend.ts';

/** What is to be explained: the growth over a window, and who is known to grow. */
export interface Reference {
  readonly alarms: readonly Alarm[];
  readonly window: Window;
  readonly origin: OriginOf;
}

const MAX_SUSPECTS = 3;
const MIN_SHARE = 0.2;
const MIN_Z = 3;
/** Of growth that nobody is named for. */
const MIN_Z_BESIDE = 2;
/** Who grows beside what alarms explains it only where it is on its stacks. */
const MIN_OVERLAP = 0.3;
/** What is left of a function beside those named before is as suspect as all of it where it is most of that. */
const MOST = 0.7;

/**
 * Lays the growth over a window at functions, at most three. A function scores C·ln(C/B), where C is
 * its part of all growth and B its part of all allocation: what explains much of the one and little
 * of the other (after Adtributor, Bhagwan et al., NSDI'14). `main` and dispatchers have B near 1 and so
 * score 0; a helper loses to the caller for which it leaks, since it allocates for innocent ones too;
 * a constructor beats each of its many callers. Where stacks are the same, the nearest to the leaf wins.
 * A caller that is called for two or three leaks alone has B as low as they do, and so they stand for it.
 *
 * The library, golang.org/x and the runtime are only named where nothing else grows.
 */
export function nameGrowth(
  epoch: Epoch,
  reference: Reference,
  rules: GrowthRules,
): readonly Naming[] {
  const candidates = findCandidates(epoch, reference);
  const total = Math.max(1, ...candidates.map(({ growthBytes }) => growthBytes));
  const bars = { large: Math.max(MIN_SHARE * total, rules.minGrowthBytes), ...rules };
  const isSuspect = (each: Candidate, rest: number): boolean =>
    standsAlone(each, rest, bars) && withoutNamed(each, rest).level > 1;
  const named: Naming[] = [];
  const small: Naming[] = [];
  const all = grownStacks(epoch, reference.window);
  let stacks = all;
  const everyone = candidates.map((candidate) => score(candidate, candidate.growthBytes / total));
  const strongest = new Set(strongestPool(candidates, overlapWith(reference.alarms[0], stacks)));
  let pool = everyone.filter(({ candidate }) => strongest.has(candidate));
  const onlyLibrary = pool.every(({ candidate }) => candidate.origin === 'standard');
  let near = everyone.filter(
    ({ candidate }) => isSuspectable(candidate) || (onlyLibrary && candidate.origin === 'standard'),
  );
  while (named.length < MAX_SUSPECTS) {
    const best = pickBest({ pool, near, stacks, originOf: reference.origin });
    if (best === undefined) break;
    const room = MAX_SUSPECTS - named.length;
    const grown = { stacks, candidates, originOf: reference.origin, isSuspect, room };
    const parts = partsOf(best, grown);
    named.push(...parts.large);
    small.push(...parts.small);
    stacks = stacks.notThrough(best.function);
    const rest = stacks.growthByFunction();
    const restOf = (each: Candidate): number => rest(each.function);
    pool = candidates
      .filter((each) => isSuspectable(each) && standsAlone(each, restOf(each), bars))
      .map((each) => score(withoutNamed(each, restOf(each)), restOf(each) / total));
    near = pool;
  }
  named.push(...small.slice(0, MAX_SUSPECTS - named.length));
  // A caller that parts stand for grew by more than they did.
  const beside = named.reduce((rest, naming) => rest.notThrough(naming.function), all);
  return withShares(named, growthBeside(beside, candidates) / total);
}

/** What is said of all growth: of what was laid at those named, and of what grew beside them. */
function withShares(named: readonly Naming[], beside: number): readonly Naming[] {
  const all = named.reduce((sum, { share }) => sum + share, beside);
  return named.map((naming) => ({ ...naming, share: naming.share / all }));
}

/**
 * How much the stacks that are left grew by, each with the function that allocates on it, and only by
 * what is more than the unrest of that one.
 */
function growthBeside(rest: GrownStacks, candidates: readonly Candidate[]): number {
  const errors = new Map(candidates.map((each) => [each.function, each.growthBytes / each.z]));
  const isSignificant = ([name, bytes]: readonly [string, number]): boolean =>
    bytes >= MIN_Z_BESIDE * (errors.get(name) ?? Infinity);
  return [...rest.growthOfThemselves(() => false)]
    .filter(isSignificant)
    .reduce((sum, [, bytes]) => sum + bytes, 0);
}

/**
 * Whether what is left of it, beside those named before, is told too: where it makes much of all growth,
 * or is a suspect of its own. The callers of those named grow with them, and what is left of that is noise.
 */
function standsAlone(
  { level, z, growthBytes }: Candidate,
  rest: number,
  { large, minGrowthBytes }: { readonly large: number; readonly minGrowthBytes: number },
): boolean {
  const restZ = (z * rest) / growthBytes;
  return (
    (level > 0 && restZ >= MIN_Z && rest >= large) ||
    (level > 1 && restZ >= Z && rest >= minGrowthBytes)
  );
}

/** A caller of two leaks that are named for themselves grows as they do, and is no third one. */
function withoutNamed(candidate: Candidate, rest: number): Candidate {
  const isMost = rest >= MOST * candidate.growthBytes;
  return isMost || candidate.level < 2 ? candidate : { ...candidate, level: 1 };
}

function findCandidates(
  { axis, functions }: Epoch,
  { alarms, window, origin: originOf }: Reference,
): readonly Candidate[] {
  const levels = new Map(alarms.map((alarm) => [alarm.function, alarm.level]));
  return [...functions].flatMap(([name, history]) => {
    const trend = measureTrend({ axis, history }, window, 1);
    if (trend === undefined) return [];
    const { growthBytes, z } = trend;
    const allocShare = allocShareOf({ axis, history }, window);
    const [origin, level] = [originOf(name), levels.get(name) ?? 0];
    return [{ function: name, history, origin, level, growthBytes, z, allocShare }];
  });
}

/** The first of these that has anyone: own and foreign code that alarms, that grew, the library, anything. */
function strongestPool(
  candidates: readonly Candidate[],
  overlaps: (name: string) => boolean,
): readonly Candidate[] {
  const top = Math.max(0, ...candidates.map(({ level }) => level));
  const pools = [
    (each: Candidate) => isSuspectable(each) && each.level === top,
    (each: Candidate) =>
      isSuspectable(each) &&
      each.z >= MIN_Z &&
      each.growthBytes >= grown &&
      overlaps(each.function),
    (each: Candidate) => each.origin === 'standard' && each.level === top,
    (each: Candidate) => each.level === top,
  ];
  const grown = MIN_SHARE * Math.max(0, ...candidates.map(({ growthBytes }) => growthBytes));
  for (const belongs of pools) {
    const pool = candidates.filter(belongs);
    if (pool.length > 0) return pool;
  }
  return [];
}

/** Whether a good part of what alarms grows on stacks that run through a function too. */
function overlapWith(alarm: Alarm | undefined, stacks: GrownStacks): (name: string) => boolean {
  const name = alarm?.function ?? '';
  const growth = stacks.through(name).growthByFunction();
  return (other) => growth(other) >= MIN_OVERLAP * growth(name);
}

function isSuspectable({ origin }: Candidate): boolean {
  return origin === 'own' || origin === 'third_party';
}
