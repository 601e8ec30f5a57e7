import type { Suspect } from '../growth/verdict.ts';
import type { Incident, VerdictReport } from './incident.ts';
import { firingSighting, unlisted } from './sightings.ts';

/** More incidents at once are told of no target. */
const MOST = 16;

/**
 * The functions whose growth decides whether what is told of a target goes on. The growth of a process may
 * be laid at others meanwhile, such as a caller of two leaks, so they have to be asked for.
 */
export function functionsFollowed(
  incidents: readonly Incident[],
  target: string,
): readonly string[] {
  const names = incidents
    .filter(({ kind, state }) => kind === 'heap' && state !== 'resolved')
    .flatMap((incident) => namesIn(incident, target));
  return [...new Set(names)].slice(0, MOST);
}

/** What a report says of an incident's own functions, as far as they were asked for. */
export function followedOf(
  incident: Incident,
  { target, followed = [] }: VerdictReport,
): readonly Suspect[] {
  return namesIn(incident, target).flatMap(
    (name) => followed.find((each) => each.function === name) ?? [],
  );
}

/** What it is named for, and what it was last seen as; none where it does not fire in the target. */
function namesIn(incident: Incident, target: string): readonly string[] {
  const seenAs = firingSighting(incident, target)?.suspect.function;
  if (seenAs !== undefined) return [...new Set([incident.function, seenAs])];
  return unlisted(incident).includes(target) ? [incident.function] : [];
}
