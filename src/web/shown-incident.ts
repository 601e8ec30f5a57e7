import type { Incident, Sighting } from '../incident/incident.ts';
import { withoutForecast } from '../incident/resolve.ts';
import { silenceOf } from '../incident/sightings.ts';
import { memoryInUse } from '../memory/reading.ts';
import type { Acknowledgement, Hush, Silence } from '../notify/silences.ts';
import type { Dashboard, TargetStatus } from './status.ts';

/** An incident as it is shown now: what is foreseen of targets that give no readings is left out. */
export interface ShownIncident extends Incident {
  readonly sightings: readonly ShownSighting[];
  /** Absent where nobody is at it, or it got worse since. */
  readonly acknowledged?: Acknowledgement;
  /** Absent where it is not silenced in each of its targets. */
  readonly silencedBy?: readonly Silence[];
}

export interface ShownSighting extends Sighting {
  /** Absent where the target is read, or the leak is over. */
  readonly noReading?: Unread;
}

/** A target that is not read: all else that is told of it is of before that. */
export interface Unread {
  /** When it was read last, Unix milliseconds, or since when it is watched where it never was. */
  readonly since: number;
  /** What the last attempt failed with. */
  readonly why: string | undefined;
  /** Memory in use when it was last read. */
  readonly readingBytes: number | undefined;
  readonly limitBytes: number | undefined;
  /** It was so near to its limit that it may have been killed there. */
  readonly nearLimit?: true;
}

/** All of them, or those of one target. */
export function shownIncidents(dashboard: Dashboard, target?: string): readonly ShownIncident[] {
  const around = aroundOf(dashboard);
  return dashboard
    .incidents()
    .filter(({ sightings }) => target === undefined || sightings.some(isOf(target)))
    .map((incident) => shownIncident(incident, around));
}

export function findShown(dashboard: Dashboard, id: string): ShownIncident | undefined {
  const incident = dashboard.incidents().find((one) => one.id === id);
  return incident && shownIncident(incident, aroundOf(dashboard));
}

/** `undefined` where it is read. */
export function unreadOf(target: TargetStatus): Unread | undefined {
  const { noReadingSince: since, readingError, reading, limitBytes } = target;
  if (since === undefined) return undefined;
  const readingBytes = reading && memoryInUse(reading).bytes;
  return { since, why: readingError?.message, readingBytes, limitBytes };
}

export function isUnread({ noReading }: ShownSighting): boolean {
  return noReading !== undefined;
}

function isOf(target: string): (sighting: Sighting) => boolean {
  return (sighting) => sighting.target === target;
}

/** What else is known now. */
interface Around {
  readonly unread: (target: string) => Unread | undefined;
  readonly hushOf: (incident: Incident) => Hush;
}

const NOTHING_SAID: Hush = { silencedBy: [], acknowledged: undefined };

function aroundOf(dashboard: Dashboard): Around {
  const hushOf = dashboard.desk?.hushes() ?? (() => NOTHING_SAID);
  return { unread: unreadTargets(dashboard), hushOf };
}

/** Each target is looked at once, however many incidents it has a part in. */
function unreadTargets(dashboard: Dashboard): Around['unread'] {
  const known = new Map<string, Unread | undefined>();
  return (name) => {
    if (known.has(name)) return known.get(name);
    const target = dashboard.target(name);
    const unread = target && unreadOf(target);
    known.set(name, unread);
    return unread;
  };
}

function shownIncident(incident: Incident, { unread, hushOf }: Around): ShownIncident {
  if (incident.state === 'resolved') return incident;
  const sightings = incident.sightings.map((sighting) => shownSighting(sighting, unread));
  const { acknowledged, silencedBy } = hushOf(incident);
  return {
    ...incident,
    sightings,
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(silencedBy.length === 0 ? {} : { silencedBy }),
  };
}

function shownSighting(sighting: Sighting, unread: Around['unread']): ShownSighting {
  if (sighting.state === 'resolved') return sighting;
  const now = unread(sighting.target);
  const noReading = now?.readingBytes === undefined ? (keptOf(sighting) ?? now) : now;
  if (noReading === undefined) return sighting;
  const { nearLimit } = silenceOf(sighting) ?? {};
  return {
    ...sighting,
    noReading: nearLimit === undefined ? noReading : { ...noReading, nearLimit },
    memory: withoutForecast(sighting.memory),
  };
}

/** As it was told last, where the target does not say it itself yet, after a restart of heapwarden. */
function keptOf(sighting: Sighting): Unread | undefined {
  const unread = silenceOf(sighting);
  if (unread === undefined) return undefined;
  const { readingBytes, limitBytes } = sighting.memory;
  return { since: unread.since, why: unread.why, readingBytes, limitBytes };
}
