import type { Incident, Sighting, Unread } from './incident.ts';

export const MAX_SIGHTINGS = 100;

const RANK = { leak: 0, suspect: 1, resolved: 2 } as const;

/** Of what is over the last to end: it tells how the incident did. */
function worstFirst(a: Sighting, b: Sighting): number {
  return (
    RANK[a.state] - RANK[b.state] ||
    (a.state === 'resolved' ? b.at - a.at : 0) ||
    Number(isPast(a)) - Number(isPast(b)) ||
    b.suspect.growthBytesPerHour - a.suspect.growthBytesPerHour ||
    (a.target < b.target ? -1 : 1)
  );
}

/** The incident with this sighting in place of the target's earlier one; past the bound only names are kept. */
export function withSighting(incident: Incident, sighting: Sighting): Incident {
  const others = incident.sightings.filter((other) => other.target !== sighting.target);
  const ranked = [...others, sighting].toSorted(worstFirst);
  const cut = ranked.slice(MAX_SIGHTINGS).filter((other) => other.state !== 'resolved');
  const unlistedTargets = [
    ...unlisted(incident).filter((target) => target !== sighting.target),
    ...cut.map((other) => other.target),
  ];
  return { ...incident, sightings: ranked.slice(0, MAX_SIGHTINGS), unlistedTargets };
}

/** The incident without this target among those known by name alone. */
export function withoutUnlisted(incident: Incident, target: string): Incident {
  return {
    ...incident,
    unlistedTargets: unlisted(incident).filter((other) => other !== target),
  };
}

export function unlisted(incident: Incident): readonly string[] {
  return incident.unlistedTargets ?? [];
}

/**
 * Whether the limit was foreseen for a time that has passed without another report: the target no longer
 * answers, or was not looked at since, and nobody knows whether it came true.
 */
export function hasPassed({ at, memory }: Sighting, now: number): boolean {
  const { limitReachedAt = Infinity } = memory;
  return at < limitReachedAt && limitReachedAt <= now;
}

/**
 * Whether the leak fires here though it is not seen at present: the process was restarted since, or the
 * newest verdict does not name it. Its rate is then that of the past, and forecasts nothing.
 */
export function isUnseen({ state, quiet }: Sighting): boolean {
  return state !== 'resolved' && quiet !== undefined;
}

/** Why a leak is not seen that fires: its process is gone, another took its place, it was restarted, or nothing of these. */
export function whyUnseen({ goneAt, quiet }: Sighting): 'gone' | 'replaced' | 'restarted' | 'calm' {
  if (goneAt !== undefined) return 'gone';
  if (quiet?.sinceRestart !== true) return 'calm';
  return quiet.inPlaceOf === undefined ? 'restarted' : 'replaced';
}

/** Where the leak fires in a target that gives no readings: nobody knows how it is by now. One that is gone gives none anyway. */
export function silenceOf({ state, goneAt, unread }: Sighting): Unread | undefined {
  return state === 'resolved' || goneAt !== undefined ? undefined : unread;
}

/** In how many of its targets that give no readings it fires, as far as sightings are kept. */
export function silentCount({ sightings }: Incident): number {
  return sightings.filter((sighting) => silenceOf(sighting) !== undefined).length;
}

/** Whether what is told of it is of the past, and forecasts nothing. */
export function isPast(sighting: Sighting): boolean {
  return isUnseen(sighting) || silenceOf(sighting) !== undefined;
}

/** The sighting of a target in which the leak is not resolved. */
export function firingSighting(incident: Incident, target: string): Sighting | undefined {
  return incident.sightings.find(
    (sighting) => sighting.target === target && sighting.state !== 'resolved',
  );
}

/** Every target in which the leak is not resolved, the worst first. */
export function firingTargets(incident: Incident): readonly string[] {
  const listed = incident.sightings.filter((sighting) => sighting.state !== 'resolved');
  return [...listed.map((sighting) => sighting.target), ...unlisted(incident)];
}

/** Every target that the incident was seen in and knows of, also where it is resolved by now. */
export function targetCount(incident: Incident): number {
  return incident.sightings.length + unlisted(incident).length;
}

/** Those of them that are watched still. */
function watchedCount(incident: Incident): number {
  return (
    incident.sightings.filter(({ isLeft }) => isLeft !== true).length + unlisted(incident).length
  );
}

/** In how many targets of the fleet the leak goes on; `undefined` where the fleet is not known, or is one. */
export function affectedShare(
  incident: Incident,
): { readonly firing: number; readonly of: number } | undefined {
  const { scopeTargets } = incident;
  if (scopeTargets === undefined) return undefined;
  const of = Math.max(scopeTargets, watchedCount(incident));
  return of < 2 ? undefined : { firing: firingTargets(incident).length, of };
}
