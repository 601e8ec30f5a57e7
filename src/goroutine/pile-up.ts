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
const MAX_GROUPS = 5;

/**
 * The group that grew most between the first look and the last; of one look the largest, for it was
 * taken because their number grows. Where the runtime proves a pile, that one.
 */
export function findPile(
  { first, last }: Looks,
  proof: Look | undefined,
): { readonly group: GoroutineGroup; readonly isProven: boolean } | undefined {
  const proven = proof?.groups.find(({ count }) => count >= PROVEN_PILE);
  if (proven !== undefined) {
    const group = last.groups.find(({ key }) => key === proven.key) ?? proven;
    return { group, isProven: true };
  }
  const before = new Map(first.groups.map(({ key, count }) => [key, count]));
  const grown = (group: GoroutineGroup): number =>
    first === last ? group.count : group.count - (before.get(group.key) ?? 0);
  const [most, next] = last.groups.toSorted((a, b) => grown(b) - grown(a) || b.count - a.count);
  if (most === undefined) return undefined;
  const isFollowing =
    next !== undefined &&
    WAITS_FOR.get(most.startedBy.function) === next.startedBy.function &&
    grown(next) >= ALIKE * grown(most);
  return { group: isFollowing ? next : most, isProven: false };
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

/** The pile with its part of the growth of all goroutines. */
export function pileUpOf(
  found: { readonly group: GoroutineGroup; readonly isProven: boolean },
  grown: {
    readonly total: number;
    readonly growth: number;
    readonly perHour: number;
    readonly bytesEach: number | undefined;
  },
): PileUp {
  const { key: _, ...group } = found.group;
  const part = Math.min(1, group.count / Math.max(1, grown.total));
  return {
    ...group,
    grownBy: Math.round(Math.min(group.count, part * grown.growth)),
    perHour: part * grown.perHour,
    bytesEach: grown.bytesEach,
    isProven: found.isProven,
  };
}
