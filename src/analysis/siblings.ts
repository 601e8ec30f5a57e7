import type { History } from '../growth/history.ts';
import { withPlateaus } from '../growth/plateaus.ts';
import type { Plateaus } from '../growth/plateaus.ts';

/** One process beside others of the same service. */
export interface Member {
  /** The value of the label `service`, which a reload may change; a target without one has no siblings. */
  service: string | undefined;
  /** What this target levelled off at, in earlier processes and in this one, as of `levelsAt` fresh profiles. */
  levels: Plateaus;
  levelsAt: number;
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
    let highest = 0;
    for (const { service, levels } of all()) {
      if (service === member.service && levels !== member.levels)
        highest = Math.max(highest, levels.get(name) ?? 0);
    }
    return highest;
  };
}

export function renewLevels(member: Member, history: History): void {
  if (member.service === undefined || history.epoch === undefined) return;
  if (history.fresh - member.levelsAt < RENEWED_EVERY) return;
  member.levels = withPlateaus(history.plateaus, history.epoch);
  member.levelsAt = history.fresh;
}
