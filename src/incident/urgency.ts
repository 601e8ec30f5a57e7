import { formatDuration } from '../config/units.ts';
import type { Suspect, Verdict } from '../growth/verdict.ts';
import type { OutlookOf } from './outlook.ts';

export interface Circumstances {
  /** Unix milliseconds. */
  readonly at: number;
  readonly minProfiles: number;
  readonly outlook: OutlookOf;
}

const URGENT_MS = 6 * 3_600_000;
/** 60 profiles by default: what a window needs for its tests to have something to say. */
const PROVING_FACTOR = 2.5;

/**
 * A suspect that may reach the limit within six hours, at the high bound of its rate, is called a leak
 * without waiting for `confirm_profiles`: there is no time to be surer.
 */
export function judgeUrgency(
  verdict: Verdict,
  { at, minProfiles, outlook }: Circumstances,
): Verdict {
  const [first] = verdict.suspects;
  if (verdict.state !== 'suspect' || first === undefined) return verdict;
  if (verdict.freshInEpoch < PROVING_FACTOR * minProfiles) return verdict;
  const { limitReachedAtEarliest: earliest, limitReachedAt: expected } = outlook(first);
  if (earliest === undefined || expected === undefined || earliest - at > URGENT_MS) return verdict;
  const minutes = Math.round((earliest - at) / 60_000);
  const soon = minutes > 0 ? `within ${formatDuration(minutes * 60_000)}` : 'within a minute';
  const reason = `${verdict.reason.replace(/; leak needs .*$/, '')}; the limit may be reached ${soon}, which is no time to wait for more profiles`;
  return { ...verdict, state: 'leak', reason, suspects: verdict.suspects.map(asUrgent) };
}

/** What fills the same room is as urgent; what merely grows beside it is not. */
function asUrgent(suspect: Suspect): Suspect {
  return suspect.state === 'suspect' ? { ...suspect, state: 'leak' } : suspect;
}
