import type { Incident, MemoryOutlook, Sighting, Unread } from './incident.ts';
import { withoutForecast } from './resolve.ts';
import { firingSighting, withSighting } from './sightings.ts';

/** That a target has given no readings for a while, and what is known of it. */
export interface Silence {
  /** When that was seen, Unix milliseconds. */
  readonly at: number;
  /** For a line or two. */
  readonly why: string;
  /** `undefined` where no reading of it is known. */
  readonly last: LastReading | undefined;
}

/** Where memory stood at a reading. */
export interface LastReading {
  /** Unix milliseconds. */
  readonly at: number;
  readonly memory: Pick<MemoryOutlook, 'readingBytes' | 'readingKind' | 'limitBytes'>;
}

/** So large a share of the limit is near it. */
const NEAR = 0.9;

/**
 * All incidents while a target gives no readings, whose part in them is of the past from then on: as it was
 * last read, and nothing is foreseen nor known at present; `undefined` where it is read again. What was known
 * stays the same object.
 */
export function withSilence(
  incidents: readonly Incident[],
  target: string,
  silence: Silence | undefined,
): readonly Incident[] {
  if (silence === undefined) return readAgain(incidents, target);
  return incidents.map((incident) => {
    const sighting = firingSighting(incident, target);
    return sighting === undefined ? incident : silenced(incident, sighting, silence);
  });
}

function silenced(incident: Incident, sighting: Sighting, silence: Silence): Incident {
  const unread = unreadOf(sighting, silence);
  const { atPresent: _, ...rest } = sighting;
  if (sighting.unread?.lastReport !== undefined && sighting.unread.why === unread.why)
    return incident;
  const memory = { ...withoutForecast(sighting.memory), ...silence.last?.memory };
  return withSighting(incident, { ...rest, memory, unread });
}

/** All incidents after a target was read again: until its next report it is as its last one said. */
export function readAgain(incidents: readonly Incident[], target: string): readonly Incident[] {
  return incidents.map((incident) => {
    const sighting = firingSighting(incident, target);
    if (sighting?.unread === undefined) return incident;
    const { unread, ...read } = sighting;
    return withSighting(incident, { ...read, ...unread.lastReport });
  });
}

/** Since when, how near to its limit it was, and what was reported last stay what they were at first. */
function unreadOf(sighting: Sighting, silence: Silence): Unread {
  const { why } = silence;
  const lastReport = sighting.unread?.lastReport ?? reportOf(sighting);
  if (sighting.unread !== undefined) return { ...sighting.unread, why, lastReport };
  const since = silence.last?.at ?? sighting.at;
  const nearLimit = isNearLimit(sighting, silence) ? { nearLimit: true as const } : {};
  return { since, why, ...nearLimit, lastReport };
}

function reportOf({ memory, atPresent }: Sighting): NonNullable<Unread['lastReport']> {
  return { memory, ...(atPresent === undefined ? {} : { atPresent }) };
}

function isNearLimit({ memory }: Sighting, { at, last }: Silence): boolean {
  const { limitReachedAt = Infinity } = memory;
  const { readingBytes, limitBytes = Infinity } = last?.memory ?? memory;
  return readingBytes >= NEAR * limitBytes || limitReachedAt <= at;
}
