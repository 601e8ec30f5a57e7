import type { Incident, Sighting } from '../incident/incident.ts';
import { formatBytes } from '../config/units.ts';
import {
  limitInterval,
  limitWords,
  memoryWords,
  percent,
  printable,
  rate,
  rateInterval,
  READING_NAMES,
  shortPlace,
  utc,
} from './words.ts';

/** One target's part in an incident in a few sentences, without marks, for whatever shows plain text. */
export function describe(incident: Incident, sighting: Sighting, now: number): string {
  if (sighting.state === 'resolved') {
    return `Memory allocated in ${printable(incident.function)} no longer piles up: ${printable(sighting.reason)}.`;
  }
  return [
    `Memory allocated in ${printable(sighting.suspect.function)} (${shortPlace(sighting.suspect)}) is not freed: ${growthWords(sighting)}.`,
    `Memory (${READING_NAMES[sighting.memory.readingKind]}) is ${memoryWords(sighting.memory)}; ${outlookWords(sighting, now)}.`,
    `Why heapwarden says so: ${printable(sighting.reason)}.`,
  ].join(' ');
}

function growthWords({ suspect }: Sighting): string {
  const grown = formatBytes(suspect.growthBytes);
  return (
    `it grows by ${rate(suspect)} (${rateInterval(suspect)}), ${grown} since ${utc(suspect.since)}, ` +
    `and ${percent(suspect.survival)} of what it allocated since then is still in use`
  );
}

/** `limit in 5h40m (between 4h50m and 6h50m)`. */
export function outlookWords({ memory }: Sighting, now: number): string {
  const words = limitWords(memory, now);
  const interval = limitInterval(memory, now);
  return interval === undefined ? words : `${words} (${interval})`;
}
