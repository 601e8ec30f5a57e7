import type { Incident, Sighting } from '../incident/incident.ts';
import { isUnseen } from '../incident/sightings.ts';
import { KIND_NAMES } from './first-look.ts';
import { printable, rate, shortPlace, utc } from './words.ts';

/**
 * Why what is told of a target is of the past, as a sentence without its stop: `The process was restarted
 * (seen 2026-03-01 14:05 UTC), and there are not enough profiles yet to say whether the leak is gone`;
 * `undefined` where the leak is seen, or over.
 */
export function unseenWords(sighting: Sighting): string | undefined {
  const { quiet } = sighting;
  if (quiet === undefined || !isUnseen(sighting)) return undefined;
  if (!quiet.sinceRestart)
    return 'It is not seen at present, and there are not enough profiles yet to say that the leak is gone';
  const seen = quiet.restartedAt === undefined ? '' : ` (seen ${utc(quiet.restartedAt)})`;
  return `The process was restarted${seen}, and there are not enough profiles yet to say whether the leak is gone`;
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
  if (!isUnseen(sighting)) return '';
  return sighting.quiet?.sinceRestart === true ? ' before the restart' : ' when last seen';
}
