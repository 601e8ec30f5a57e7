import type { GrowthRules } from './alarm.ts';
import type { Epoch } from './epoch.ts';

/** For how many fresh profiles running, up to the `fresh`th of the process, something passed every test. */
export interface Lasting {
  fresh: number;
  running: number;
  /** The same up to the one before that. */
  before: number;
}

/** From this age on, in `minProfiles`, it has to last longer, by one profile for each so many more, up to the most. */
const FIRST_AGE = 1.5;
const AGE_EACH = 1 / 3;
const MOST = 10;

/**
 * At how many fresh profiles running something has to pass every test to be a suspect. Each profile is a
 * chance to pass by chance, so the more there were, the longer it has to last.
 */
export function leastLasting(
  { fresh }: Pick<Epoch, 'fresh'>,
  { minProfiles }: Pick<GrowthRules, 'minProfiles'>,
): number {
  const more = Math.floor((fresh / minProfiles - FIRST_AGE) / AGE_EACH);
  return Math.min(MOST, 1 + Math.max(0, more));
}

/**
 * Counts the newest fresh profile, once, however often it is judged. Where the one before was not judged, as by an
 * older version, nothing is known, and nothing is held against it.
 */
export function lastsFor({ fresh, lasting }: Epoch, passes: boolean): number {
  if (lasting.fresh !== fresh) {
    lasting.before = lasting.fresh === fresh - 1 ? lasting.running : MOST;
    lasting.fresh = fresh;
  }
  lasting.running = passes ? lasting.before + 1 : 0;
  return lasting.running;
}
