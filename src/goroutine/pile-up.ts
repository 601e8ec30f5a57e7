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
  const [group] = last.groups.toSorted((a, b) => grown(b) - grown(a) || b.count - a.count);
  return group === undefined ? undefined : { group, isProven: false };
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
