import type { VerdictState } from '../growth/verdict.ts';
import { pileWords, worstState } from '../watch/kind-reports.ts';
import { stateNow } from '../watch/state-now.ts';
import type { Incident, Sighting } from '../incident/incident.ts';
import { hasPassed, isUnseen, silenceOf } from '../incident/sightings.ts';
import type { ShownIncident } from './shown-incident.ts';
import type { TargetStatus } from './status.ts';

/** How a target stands in one word: its verdict; `blind` without readings, whatever was found before; `starting` without a profile. */
export type Standing = VerdictState | 'blind' | 'starting';

/** The worst first. */
export const STANDINGS = [
  'leak',
  'suspect',
  'blind',
  'growing',
  'starting',
  'insufficient',
  'quiet',
] as const satisfies readonly Standing[];

export function standing(target: TargetStatus): Standing {
  return stateNow(target.trigger.mode, found(target));
}

/** Of a target without readings what was found while there were any; `undefined` where there are, or nothing was. */
export function stateWhenRead(target: TargetStatus): VerdictState | undefined {
  if (target.trigger.mode !== 'blind') return undefined;
  const state = found(target);
  return state === 'starting' ? target.unread?.found?.state : state;
}

/** Why it stands as it does, or did when it was last read; `undefined` where nothing says so. */
export function whyItStands(target: TargetStatus): string | undefined {
  return kindReason(target) ?? target.verdict?.reason ?? target.unread?.found?.reason;
}

function found({ verdict, kinds }: TargetStatus): VerdictState | 'starting' {
  return worstState(verdict?.state, kinds?.alarms) ?? 'starting';
}

/** Why it stands so, where a kind of growth beside the heap says worse than the heap's own verdict. */
export function kindReason({ verdict, kinds }: TargetStatus): string | undefined {
  if (kinds === undefined) return undefined;
  const { alarms, goroutines } = kinds;
  const worst = worstState(verdict?.state, alarms);
  const telling = alarms.find(({ state }) => state === worst);
  if (telling === undefined || worst === verdict?.state) return undefined;
  const { kind, reason } = telling;
  return kind === 'goroutine' && goroutines ? `${reason}; ${pileWords(goroutines)}` : reason;
}

/** How many are in each state, the worst first. */
export function countStandings(targets: readonly TargetStatus[]): ReadonlyMap<Standing, number> {
  const counts = new Map<Standing, number>();
  for (const state of STANDINGS) counts.set(state, 0);
  for (const target of targets) {
    const state = standing(target);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

/** The worst first, what leaked when it was last read among what leaks; among equals the one nearest to its limit, then by name. */
export function worstFirst(targets: readonly TargetStatus[]): readonly TargetStatus[] {
  return targets.toSorted(
    (a, b) =>
      urgency(a) - urgency(b) ||
      (shareOfLimit(b) ?? 0) - (shareOfLimit(a) ?? 0) ||
      a.name.localeCompare(b.name),
  );
}

/** 0 to 1, and above 1 past the limit; `undefined` without a reading or a limit. */
export function shareOfLimit(target: TargetStatus): number | undefined {
  const { limitBytes } = target;
  const bytes = bytesInUse(target);
  if (bytes === undefined || limitBytes === undefined || limitBytes <= 0) return undefined;
  return bytes / limitBytes;
}

/** As it was last read; `undefined` where nobody knows. */
export function bytesInUse({ lastReading }: TargetStatus): number | undefined {
  return lastReading?.memory.readingBytes;
}

export function isOpen({ state }: Incident): boolean {
  return state !== 'resolved';
}

/**
 * Open ones: leaks first; of these those whose worst target gives no readings, for that may have reached its limit
 * by now, then those with the soonest end in sight, then the newest.
 */
export function openIncidents(
  incidents: readonly ShownIncident[],
  now: number,
): readonly ShownIncident[] {
  const ranked = incidents.filter(isOpen).map((incident) => ({
    incident,
    isLeak: incident.state === 'leak',
    end: endOf(incident, now),
  }));
  return ranked
    .sort(
      (a, b) =>
        Number(b.isLeak) - Number(a.isLeak) ||
        a.end - b.end ||
        b.incident.openedAt - a.incident.openedAt,
    )
    .map(({ incident }) => incident);
}

function endOf(incident: ShownIncident, now: number): number {
  if (incident.sightings.slice(0, 1).some((worst) => silenceOf(worst) !== undefined)) return 0;
  return soonestEnd(incident, now)?.memory.limitReachedAt ?? Number.MAX_VALUE;
}

/** The newest first. */
export function resolvedIncidents(incidents: readonly ShownIncident[]): readonly ShownIncident[] {
  return incidents
    .filter(({ state }) => state === 'resolved')
    .toSorted((a, b) => b.updatedAt - a.updatedAt);
}

/** Of an incident the target that reaches its limit first; `undefined` where no end is in sight. */
export function soonestEnd(incident: Incident, now: number): Sighting | undefined {
  const [first] = incident.sightings
    .filter((sighting) => isInSight(sighting, now))
    .toSorted((a, b) => (a.memory.limitReachedAt ?? 0) - (b.memory.limitReachedAt ?? 0));
  return first;
}

/** When the target reaches its limit by its open incidents, Unix milliseconds. */
export function limitReachedAt(
  target: string,
  incidents: readonly Incident[],
  now: number,
): number | undefined {
  const ends = incidents
    .filter(isOpen)
    .flatMap(({ sightings }) => sightings)
    .filter((sighting) => sighting.target === target && isInSight(sighting, now))
    .flatMap(({ memory }) => memory.limitReachedAt ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** What is not seen to grow at present has no end in sight, whatever an older file says; nor what was foreseen for a time that passed. */
function isInSight(sighting: Sighting, now: number): boolean {
  const { state, memory } = sighting;
  if (state === 'resolved' || isUnseen(sighting) || hasPassed(sighting, now)) return false;
  return memory.limitReachedAt !== undefined;
}

function urgency(target: TargetStatus): number {
  return Math.min(rank(standing(target)), rank(stateWhenRead(target) ?? 'quiet'));
}

function rank(state: Standing): number {
  return STANDINGS.indexOf(state);
}
