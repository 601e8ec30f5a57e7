import type { History } from '../growth/history.ts';
import { largest, withPlateaus } from '../growth/plateaus.ts';
import type { Plateaus } from '../growth/plateaus.ts';

/** One process beside others of the same service. */
export interface Member {
  /** The value of the label `service`, which a reload may change; a target without one has no siblings. */
  service: string | undefined;
  /** What this target levelled off at, in earlier processes and in this one, as of `levelsAt` fresh profiles. */
  levels: Plateaus;
  levelsAt: number;
  /** What siblings levelled off at, as it was known last: after a start they come back one after the other. */
  beside: Plateaus;
}

/** What was known of a target when its history was saved. */
export function memberOf({ plateaus, beside, epoch }: History): Member {
  const levels = epoch === undefined ? plateaus : withPlateaus(plateaus, epoch);
  return { service: undefined, levels, levelsAt: 0, beside };
}

/** A level changes slowly, and reckoning it takes a look at every function. */
const RENEWED_EVERY = 16;

/** What the siblings of a member levelled off at: a cache that is full there needs as much here. */
export function levelsBeside(
  member: Member,
  all: () => Iterable<Member>,
): (name: string) => number {
  return (name) => {
    if (member.service === undefined) return 0;
    let highest = member.beside.get(name) ?? 0;
    for (const levels of siblingLevels(member, all())) {
      highest = Math.max(highest, levels.get(name) ?? 0);
    }
    return highest;
  };
}

function* siblingLevels(member: Member, all: Iterable<Member>): Generator<Plateaus> {
  for (const { service, levels } of all) {
    if (service === member.service && levels !== member.levels) yield levels;
  }
}

/** Of a member itself, and what its history keeps of its siblings. */
export function renewLevels(member: Member, history: History, all: () => Iterable<Member>): void {
  if (member.service === undefined || history.epoch === undefined) return;
  if (history.fresh - member.levelsAt < RENEWED_EVERY) return;
  member.levels = withPlateaus(history.plateaus, history.epoch);
  member.levelsAt = history.fresh;
  member.beside = history.beside = highestOf([member.beside, ...siblingLevels(member, all())]);
}

function highestOf(several: readonly Plateaus[]): Plateaus {
  const highest = new Map<string, number>();
  for (const levels of several) {
    for (const [name, level] of levels) highest.set(name, Math.max(level, highest.get(name) ?? 0));
  }
  return largest(highest);
}
