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

/** Of the target that reaches its limit first, by what alarms and lasts; `undefined` where nothing does, or no limit is in sight. */
export function lastingForecast(incident: Incident): Forecast | undefined {
  return firstOf(incident, ({ foreseen, memory }) =>
    memory.limitReachedAt === undefined ? undefined : foreseen?.lasting,
  );
}

/** When the first target reaches its limit. */
export function limitReachedAt(incident: Incident): number | undefined {
  const first = firstOf(incident, ({ at, memory: { limitReachedAt: end } }) =>
    end === undefined ? undefined : { at, limitReachedAt: end },
  );
  return first?.limitReachedAt;
}

function firstOf(
  incident: Incident,
  forecastOf: (sighting: Sighting) => Forecast | undefined,
): Forecast | undefined {
  return firingSightings(incident)
    .filter((sighting) => !isUnseen(sighting))
    .flatMap((sighting) => forecastOf(sighting) ?? [])
    .toSorted((a, b) => a.limitReachedAt - b.limitReachedAt)[0];
}
