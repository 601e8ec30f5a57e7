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
  shareWords,
  utc,
  whatGrows,
  whatIsOver,
} from './words.ts';

/** One target's part in an incident in a few sentences, without marks, for whatever shows plain text. */
export function describe(incident: Incident, sighting: Sighting, now: number): string {
  if (sighting.state === 'resolved') {
    return `${whatIsOver(incident)}: ${printable(sighting.reason)}.`;
  }
  return [
    `${whatGrows(incident, sighting)}: ${growthWords(incident, sighting)}.`,
    ...(incident.kind === 'heap' ? [] : [shareWords(sighting) ?? []].flat()),
    `Memory (${READING_NAMES[sighting.memory.readingKind]}) is ${memoryWords(sighting.memory)}; ${outlookWords(sighting, now)}.`,
    `Why heapwarden says so: ${printable(sighting.reason)}.`,
  ].join(' ');
}

function growthWords({ kind }: Incident, { suspect, goroutines }: Sighting): string {
  const grown = formatBytes(suspect.growthBytes);
  const since = `since ${utc(suspect.since)}`;
  if (goroutines !== undefined) {
    const { perHour, grownBy } = goroutines;
    return `${Math.round(perHour)} more each hour, ${grownBy} ${since}, ${grown} of stacks`;
  }
  if (kind !== 'heap') return `${rate(suspect)} (${rateInterval(suspect)}), ${grown} ${since}`;
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
