import { formatDuration } from '../config/units.ts';
import type { Suspect, Verdict } from '../growth/verdict.ts';
import type { MemoryOutlook } from './incident.ts';
import type { OutlookOf } from './outlook.ts';

export interface Circumstances {
  /** Unix milliseconds. */
  readonly at: number;
  readonly minProfiles: number;
  /** Between two profiles, at the least. */
  readonly intervalMs: number;
  readonly outlook: OutlookOf;
  /** Whether the process was called a leak for this before: it stays one while it is a suspect. */
  readonly wasUrgent: boolean;
}

const HOUR_MS = 3_600_000;
/** So soon it may be reached. */
export const URGENT_MS = 6 * HOUR_MS;
/** 60 profiles by default: what a window needs for its tests to have something to say. */
const PROVING_FACTOR = 2.5;
/** Of the limit: where memory is, when fewer profiles are enough because there can be no more. */
const NEAR_LIMIT = 0.8;

/**
 * A suspect that may reach the limit within six hours, at the high bound of its rate, is called a leak
 * without waiting for `confirm_profiles`: there is no time to be surer. That takes `PROVING_FACTOR` times
 * `min_profiles`; where memory is near the limit and, even at the low bound, reaches it before there can be
 * so many, it is called one at once, or nobody would be woken before the process dies. What that costs and
 * brings is printed by `npm run eval -- --limits`.
 */
export function judgeUrgency(verdict: Verdict, circumstances: Circumstances): Verdict {
  const why = whyUrgent(verdict, circumstances);
  if (why === undefined) return verdict;
  const { reason, suspects, followed } = verdict;
  const urgent = (suspect: Suspect): Suspect => asUrgent(suspect, why);
  return {
    ...verdict,
    state: 'leak',
    isUrgent: true,
    reason: because(reason, why),
    suspects: suspects.map(urgent),
    ...(followed && { followed: followed.map(urgent) }),
  };
}

/** In words; `undefined` for what is no suspect, and where there is time to be surer. */
export function whyUrgent(
  suspected: Pick<Verdict, 'state' | 'suspects' | 'freshInEpoch'>,
  circumstances: Circumstances,
): string | undefined {
  const { state, suspects, freshInEpoch } = suspected;
  const [first] = suspects;
  if (state !== 'suspect' || first === undefined) return undefined;
  const { at, minProfiles, intervalMs, outlook, wasUrgent } = circumstances;
  const missing = Math.ceil(PROVING_FACTOR * minProfiles) - freshInEpoch;
  const why =
    missing > 0
      ? whyAtOnce(first, outlook(first), { at, until: at + missing * intervalMs })
      : whySoon(outlook(first), at);
  return why ?? (wasUrgent ? 'the limit was to be reached too soon to wait for more' : undefined);
}

function whySoon(
  { limitReachedAtEarliest: earliest, limitReachedAt: expected }: MemoryOutlook,
  at: number,
): string | undefined {
  if (earliest === undefined || expected === undefined || earliest - at > URGENT_MS)
    return undefined;
  return `the limit may be reached ${within(earliest - at)}, which is no time to wait for more profiles`;
}

/**
 * `until`: when there can be enough profiles to go by the high bound. The outlook lets memory come up to the
 * goal of the collector, which that of a service at rest never does: so memory as it is has to get there too.
 */
function whyAtOnce(
  { growthBytesPerHourLow: low }: Suspect,
  { readingBytes, limitBytes = Infinity, limitReachedAtLatest: latest }: MemoryOutlook,
  { at, until }: { readonly at: number; readonly until: number },
): string | undefined {
  const isNear = readingBytes >= NEAR_LIMIT * limitBytes && readingBytes < limitBytes;
  if (latest === undefined || low <= 0 || !isNear) return undefined;
  const reachedAt = Math.max(latest, at + ((limitBytes - readingBytes) / low) * HOUR_MS);
  if (reachedAt > until) return undefined;
  return `also at the low bound of what is suspected the limit is reached ${within(reachedAt - at)}, before more profiles could tell more`;
}

function within(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes > 0 ? `within ${formatDuration(minutes * 60_000)}` : 'within a minute';
}

/** What fills the same room is as urgent; what merely grows beside it is not. */
function asUrgent(suspect: Suspect, why: string): Suspect {
  if (suspect.state !== 'suspect') return suspect;
  const { reason } = suspect;
  return { ...suspect, state: 'leak', ...(reason && { reason: because(reason, why) }) };
}

/** What a suspect would have needed to be a leak is of no interest any more. */
function because(reason: string, why: string): string {
  return `${reason.replace(/; leak needs .*$/, '')}; ${why}`;
}
