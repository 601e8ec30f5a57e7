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
  if (unread !== undefined) return silenceWords(unread, now);
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

/** `There is no reading since 2026-03-01 14:05 UTC, for 2m35s (connect ECONNREFUSED), so nobody knows whether it still grows, or runs at all`. */
function silenceWords({ since, why, nearLimit }: Unread, now: number): string {
  const end =
    nearLimit === true ? '; it was at its limit or near it, and may have been killed' : '';
  return (
    `There is no reading since ${utc(since)}, for ${formatDuration(now - since)} (${printable(why)}), ` +
    `so nobody knows whether it still grows, or runs at all${end}`
  );
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

/** Of figures, where they are not of the present. */
export function whenSeen(sighting: Sighting): string {
  if (!isUnseen(sighting)) return silenceOf(sighting) === undefined ? '' : ' when last read';
  return whyUnseen(sighting) === 'restarted' ? ' before the restart' : ' when last seen';
}
