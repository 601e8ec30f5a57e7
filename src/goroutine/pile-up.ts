import type { Place } from '../growth/verdict.ts';
import type { GoroutineGroup } from './group.ts';

/** Where goroutines pile up: they block at one place and never go on. */
export interface PileUp {
  readonly blockedIn: Place;
  /** The function that the `go` statement called. */
  readonly startedBy: Place;
  /** The function that the `go` statement stands in, where the name of what it called tells. */
  readonly createdIn: string | undefined;
  /** What they wait for, in the runtime's words: `chan send`, `select`. */
  readonly state: string;
  /** Function names, where they block first. */
  readonly stack: readonly string[];
  readonly count: number;
  readonly grownBy: number;
  readonly perHour: number;
  /** Of stack, in the mean over all goroutines; what else they hold is not known. */
  readonly bytesEach: number | undefined;
  /** True where the runtime itself has found that nothing can ever wake them. */
  readonly isProven: boolean;
  /** Groups that grew since the first look, most first, at most five, and when that was; absent after one look. */
  readonly groups?: readonly GroupGrowth[];
  /** Unix milliseconds. */
  readonly groupsSince?: number;
}

/** How many goroutines of a group there were and are. */
export interface GroupGrowth {
  readonly blockedIn: Place;
  readonly startedBy: Place;
  readonly state: string;
  readonly was: number;
  readonly count: number;
}

/** One look at a goroutine profile. */
export interface Look {
  /** Unix milliseconds. */
  readonly at: number;
  readonly total: number;
  /** The largest, most first. */
  readonly groups: readonly GoroutineGroup[];
}

export interface Looks {
  readonly first: Look;
  readonly last: Look;
}

/** Fewer that can never go on are a flaw, but no pile. */
const PROVEN_PILE = 100;
/** What is proven is the leak to tell of, unless another group grew by more than twice as much. */
const LEAST_PROVEN = 0.5;
const MAX_GROUPS = 5;

export interface FoundPile {
  readonly group: GoroutineGroup;
  readonly isProven: boolean;
  /** By how many it grew between the two looks, and all goroutines together; absent after one look. */
  readonly grown?: number;
  readonly allGrown?: number;
}

type GrownBy = (group: GoroutineGroup) => number;

/**
 * The group that grew most between the first look and the last; of one look the largest, for it was
 * taken because their number grows. Where the runtime proves a pile, that one, unless it hardly grew.
 */
export function findPile(looks: Looks, proof: Look | undefined): FoundPile | undefined {
  const { first, last } = looks;
  if (first === last) return provenOf(last, proof, () => 1) ?? largest(last);
  const before = new Map(first.groups.map(({ key, count }) => [key, count]));
  const grown: GrownBy = ({ key, count }) => count - (before.get(key) ?? 0);
  const most = grownMost(last, grown);
  const proven = provenOf(last, proof, grown);
  const found = proven && grown(proven.group) >= LEAST_PROVEN * grown(most ?? proven.group);
  const pile = found ? proven : most && { group: most, isProven: false };
  return pile && { ...pile, grown: grown(pile.group), allGrown: last.total - first.total };
}

function largest({ groups }: Look): FoundPile | undefined {
  const group = grownMost({ groups }, ({ count }) => count);
  return group && { group, isProven: false };
}

/** As it is in the last look, of those that grew the one that grew most. */
function provenOf({ groups }: Look, proof: Look | undefined, grown: GrownBy) {
  const [proven] = (proof?.groups ?? [])
    .filter(({ count }) => count >= PROVEN_PILE)
    .map((each) => groups.find(({ key }) => key === each.key) ?? each)
    .filter((each) => grown(each) > 0)
    .toSorted((a, b) => grown(b) - grown(a));
  return proven && { group: proven, isProven: true };
}

function grownMost({ groups }: Pick<Look, 'groups'>, grown: GrownBy): GoroutineGroup | undefined {
  const [most, next] = groups.toSorted((a, b) => grown(b) - grown(a) || b.count - a.count);
  const isFollowing =
    most !== undefined &&
    next !== undefined &&
    WAITS_FOR.get(most.startedBy.function) === next.startedBy.function &&
    grown(next) >= ALIKE * grown(most);
  return isFollowing ? next : most;
}

/**
 * Who only waits for the end of another, by what was started: of the two goroutines of a connection
 * the reader is held up by a body that is never closed (net/http/transport.go, dialConn).
 */
const WAITS_FOR: ReadonlyMap<string, string> = new Map([
  ['net/http.(*persistConn).writeLoop', 'net/http.(*persistConn).readLoop'],
]);
const ALIKE = 0.9;

/** What became of the groups between the two looks: those of which there are more now. */
export function grownGroups({ first, last }: Looks): readonly GroupGrowth[] {
  const before = new Map(first.groups.map(({ key, count }) => [key, count]));
  return last.groups
    .map(({ key, blockedIn, startedBy, state, count }) => {
      return { blockedIn, startedBy, state, was: before.get(key) ?? 0, count };
    })
    .filter(({ was, count }) => count > was)
    .toSorted((a, b) => b.count - b.was - (a.count - a.was))
    .slice(0, MAX_GROUPS);
}

/**
 * The pile with its part of the growth of all goroutines: of what they grew by between the two looks, or after
 * one look of how many there are.
 */
export function pileUpOf(
  found: FoundPile,
  grown: {
    readonly total: number;
    readonly growth: number;
    readonly perHour: number;
    readonly bytesEach: number | undefined;
  },
): PileUp {
  const { key: _, ...group } = found.group;
  const { grown: own = 0, allGrown = 0 } = found;
  const [some, all] = own > 0 && allGrown > 0 ? [own, allGrown] : [group.count, grown.total];
  const part = Math.min(1, some / Math.max(1, all));
  return {
    ...group,
    grownBy: Math.round(Math.min(group.count, part * grown.growth)),
    perHour: part * grown.perHour,
    bytesEach: grown.bytesEach,
    isProven: found.isProven,
  };
}
