import type { Incident, Sighting } from '../incident/incident.ts';
import { isUnseen } from '../incident/sightings.ts';

/** The sightings in which the incident still fires, the worst first. */
export function firingSightings(incident: Incident): readonly Sighting[] {
  return incident.sightings.filter((sighting) => sighting.state !== 'resolved');
}

export function functionsOf(incident: Incident): readonly string[] {
  const names = firingSightings(incident).flatMap(({ suspect, coSuspects }) =>
    [suspect, ...coSuspects].map((candidate) => candidate.function),
  );
  return [...new Set(names)];
}

/** When the first target reaches its limit. */
export function limitReachedAt(incident: Incident): number | undefined {
  const times = firingSightings(incident)
    .filter((sighting) => !isUnseen(sighting))
    .flatMap(({ memory }) => memory.limitReachedAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
