import { isAlarm } from '../growth/verdict.ts';
import type { Incident, Sighting } from '../incident/incident.ts';
import { isUnseen } from '../incident/sightings.ts';

/** The sightings in which the incident still fires, the worst first. */
export function firingSightings(incident: Incident): readonly Sighting[] {
  return incident.sightings.filter((sighting) => sighting.state !== 'resolved');
}

/** What is suspected; what merely grows beside it is no news. */
export function functionsOf(incident: Incident): readonly string[] {
  const names = firingSightings(incident).flatMap(({ suspect, coSuspects }) =>
    [suspect, ...coSuspects.filter(({ state }) => state === undefined || isAlarm(state))].map(
      (each) => each.function,
    ),
  );
  return [...new Set(names)];
}

/** A forecast, and when it was made. */
export interface Forecast {
  readonly at: number;
  readonly limitReachedAt: number;
}

/** Of the target that reaches its limit first; `undefined` where no limit is in sight. */
export function firstForecast(incident: Incident): Forecast | undefined {
  const [first] = firingSightings(incident)
    .filter((sighting) => !isUnseen(sighting))
    .flatMap(({ at, memory: { limitReachedAt } }) =>
      limitReachedAt === undefined ? [] : [{ at, limitReachedAt }],
    )
    .toSorted((a, b) => a.limitReachedAt - b.limitReachedAt);
  return first;
}

/** When the first target reaches its limit. */
export function limitReachedAt(incident: Incident): number | undefined {
  return firstForecast(incident)?.limitReachedAt;
}
