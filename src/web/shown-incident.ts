import type { Incident, Sighting } from '../incident/incident.ts';
import type { Acknowledgement, Hush, Silence } from '../notify/silences.ts';
import type { Dashboard } from './status.ts';

/** An incident with what people said of it. */
export interface ShownIncident extends Incident {
  /** Absent where nobody is at it, or it got worse since. */
  readonly acknowledged?: Acknowledgement;
  /** Absent where it is not silenced in each of its targets. */
  readonly silencedBy?: readonly Silence[];
}

/** All of them, or those of one target. */
export function shownIncidents(dashboard: Dashboard, target?: string): readonly ShownIncident[] {
  const hushOf = hushesOf(dashboard);
  return dashboard
    .incidents()
    .filter(({ sightings }) => target === undefined || sightings.some(isOf(target)))
    .map((incident) => shownIncident(incident, hushOf));
}

export function findShown(dashboard: Dashboard, id: string): ShownIncident | undefined {
  const incident = dashboard.incidents().find((one) => one.id === id);
  return incident && shownIncident(incident, hushesOf(dashboard));
}

function isOf(target: string): (sighting: Sighting) => boolean {
  return (sighting) => sighting.target === target;
}

type HushOf = (incident: Incident) => Hush;

const NOTHING_SAID: Hush = { silencedBy: [], acknowledged: undefined };

function hushesOf({ desk }: Dashboard): HushOf {
  return desk?.hushes() ?? (() => NOTHING_SAID);
}

function shownIncident(incident: Incident, hushOf: HushOf): ShownIncident {
  if (incident.state === 'resolved') return incident;
  const { acknowledged, silencedBy } = hushOf(incident);
  return {
    ...incident,
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(silencedBy.length === 0 ? {} : { silencedBy }),
  };
}
