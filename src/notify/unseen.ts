import type { Incident, Sighting, Unread } from '../incident/incident.ts';
import { isUnseen, silenceOf, whyUnseen } from '../incident/sightings.ts';
import { formatDuration } from '../config/units.ts';
import { KIND_NAMES } from './first-look.ts';
import { printable, rate, shortPlace, utc } from './words.ts';

/**
 * Why what is told of a target is of the past, as a sentence without its stop: `The process was restarted
 * (seen 2026-03-01 14:05 UTC), and there are not enough profiles yet to say whether the leak is gone`;
 * `undefined` where the leak is seen, or over.
 */
export function unseenWords(sighting: Sighting, now: number): string | undefined {
  const unread = silenceOf(sighting);
  if (unread !== undefined) return silenceWords(sighting, unread, now);
  return isUnseen(sighting) ? whyNotSeen(sighting) : undefined;
}

function whyNotSeen(sighting: Sighting): string {
  const at = sighting.quiet?.restartedAt;
  const seen = at === undefined ? '' : ` (seen ${utc(at)})`;
  const tooFew = 'and there are not enough profiles yet to say whether the leak is gone';
  switch (whyUnseen(sighting)) {
    case 'gone':
      return `The process is gone${seen}, and none has come in its place that could show whether the leak is`;
    case 'replaced':
      return `The process came in place of ${printable(sighting.quiet?.inPlaceOf ?? '')}${seen}, ${tooFew}`;
    case 'restarted':
      return `The process was restarted${seen}, ${tooFew}`;
    case 'calm':
      return `${calmWords(sighting)}, and there are not enough profiles yet to say that the leak is gone`;
  }
}

/**
 * `There is no reading since 2026-03-01 14:05 UTC, for 2m35s (connect ECONNREFUSED), so nobody knows whether it still
 * grows, or runs at all`, and what else was known when it was read last.
 */
function silenceWords(sighting: Sighting, unread: Unread, now: number): string {
  const end =
    unread.nearLimit === true ? '; it was at its limit or near it, and may have been killed' : '';
  return `${noReadingWords(unread, now)}, so nobody knows whether it still grows, or runs at all${knownThen(sighting, unread)}${end}`;
}

/** `There is no reading since 2026-03-01 14:05 UTC, for 2m35s (connect ECONNREFUSED)`. */
export function noReadingWords({ since, why }: Pick<Unread, 'since' | 'why'>, now: number): string {
  return `There is no reading since ${utc(since)}, for ${formatDuration(now - since)} (${printable(why)})`;
}

function knownThen(sighting: Sighting, { since }: Unread): string {
  const { restartedAt, inPlaceOf = '' } = sighting.quiet ?? {};
  if (!isUnseen(sighting)) return '';
  const seen = restartedAt === undefined ? '' : ` (seen ${utc(restartedAt)})`;
  switch (whyUnseen(sighting)) {
    case 'gone':
      return '';
    case 'replaced':
      return `; the process had come in place of ${printable(inPlaceOf)}${seen}`;
    case 'restarted':
      return `; the process had been restarted before${seen}`;
    case 'calm':
      return `; when it was last read, ${calmThen(sighting, since)}`;
  }
}

/** By then; what it did since nobody knows. */
function calmThen({ quiet }: Sighting, since: number): string {
  return quiet?.stillSince === undefined
    ? 'it was not seen to go on'
    : `it had not grown for ${formatDuration(since - quiet.stillSince)}`;
}

function calmWords({ quiet }: Sighting): string {
  const since = quiet?.stillSince;
  return since === undefined ? 'It is not seen at present' : `It has not grown since ${utc(since)}`;
}

/** What went on while it was seen, as a part of a sentence. */
export function whatGrew({ kind }: Incident, { suspect, goroutines }: Sighting): string {
  if (kind === 'heap')
    return `memory allocated in ${printable(suspect.function)} (${shortPlace(suspect)}) was not freed`;
  if (kind !== 'goroutine') return `the process grew by ${KIND_NAMES[kind]}`;
  if (goroutines === undefined) return 'goroutines piled up';
  const { count, blockedIn } = goroutines;
  return `${count} goroutines blocked in ${printable(blockedIn.function)} (${shortPlace(blockedIn)})`;
}

/** `182MiB/h`; of the past `182MiB/h before the restart`, `182MiB/h when last seen`. */
export function rateSeen(sighting: Sighting): string {
  return `${rate(sighting.suspect)}${whenSeen(sighting)}`;
}

/** What the newest verdict says, where that is less than its state, and of when it is. */
export interface NewestWords {
  readonly when: 'At present' | 'When it was last read';
  readonly reason: string;
}

/** `undefined` where it says no less. */
export function newestWords(sighting: Sighting): NewestWords | undefined {
  if (sighting.goneAt !== undefined) return undefined;
  const unread = silenceOf(sighting);
  const reason = unread === undefined ? sighting.atPresent : unread.lastReport?.atPresent;
  const when = unread === undefined ? 'At present' : 'When it was last read';
  return reason === undefined ? undefined : { when, reason };
}

/** What precedes all that is told of it from before. */
export function whenGrew(sighting: Sighting): string {
  const { quiet } = sighting;
  if (quiet === undefined) return 'When it was last read';
  return quiet.sinceRestart ? 'Before that' : 'When it was last seen';
}

/** Of figures, where they are not of the present. */
export function whenSeen(sighting: Sighting): string {
  if (!isUnseen(sighting)) return silenceOf(sighting) === undefined ? '' : ' when last read';
  return whyUnseen(sighting) === 'restarted' ? ' before the restart' : ' when last seen';
}
