import type { Incident, MemoryOutlook, Sighting, Unread } from './incident.ts';
import { withoutForecast } from './resolve.ts';
import { firingSighting, withSighting } from './sightings.ts';

/** That a target has given no readings for a while, and what the last one said. */
export interface Silence {
  /** When that was seen, Unix milliseconds. */
  readonly at: number;
  readonly why: string;
  /** `undefined` where nobody has read it since heapwarden was started. */
  readonly last: LastReading | undefined;
}

export interface LastReading {
  readonly at: number;
  readonly memory: Pick<MemoryOutlook, 'readingBytes' | 'readingKind' | 'limitBytes'>;
}

const MAX_WHY = 300;
/** So large a share of the limit is near it. */
const NEAR = 0.9;

/**
 * All incidents while a target gives no readings, whose part in them is of the past from then on: as it was
 * last read, and nothing is foreseen; `undefined` where it is read again. What was known stays the same object.
 */
export function withSilence(
  incidents: readonly Incident[],
  target: string,
  silence: Silence | undefined,
): readonly Incident[] {
  if (silence === undefined) return readAgain(incidents, target);
  return incidents.map((incident) => {
    const sighting = firingSighting(incident, target);
    if (sighting === undefined) return incident;
    const unread = unreadOf(sighting, silence);
    if (sighting.unread?.why === unread.why) return incident;
    const memory = { ...withoutForecast(sighting.memory), ...silence.last?.memory };
    return withSighting(incident, { ...sighting, memory, unread });
  });
}

/** All incidents after a target was read again: its next report says how it is. */
export function readAgain(incidents: readonly Incident[], target: string): readonly Incident[] {
  return incidents.map((incident) => {
    const sighting = firingSighting(incident, target);
    if (sighting?.unread === undefined) return incident;
    const { unread: _, ...read } = sighting;
    return withSighting(incident, read);
  });
}

/** Since when, and how near to its limit it was, stays what it was at first. */
function unreadOf(sighting: Sighting, silence: Silence): Unread {
  const why = silence.why.slice(0, MAX_WHY);
  if (sighting.unread !== undefined) return { ...sighting.unread, why };
  const since = silence.last?.at ?? sighting.at;
  return { since, why, ...(isNearLimit(sighting, silence) ? { nearLimit: true } : {}) };
}

function isNearLimit({ memory }: Sighting, { at, last }: Silence): boolean {
  const { limitReachedAt = Infinity } = memory;
  const { readingBytes, limitBytes = Infinity } = last?.memory ?? memory;
  return readingBytes >= NEAR * limitBytes || limitReachedAt <= at;
}
