import type { Suspect } from '../growth/verdict.ts';
import { alarmsAlone, stateOf } from './alone.ts';
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
    .map((incident) => namesIn(incident, target));
  const own = names.flatMap(([first = []]) => first);
  return [...new Set([...own, ...names.flat()])].slice(0, MOST);
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

/**
 * What shows that an incident goes on, or may: its own function, as the one that is named or as the one that was
 * asked for, else what is named on its path. Where that function stands still, nothing else counts: a caller that
 * is named may grow by another leak. `undefined` where nothing shows it.
 */
export function growingIn(
  incident: Incident,
  report: VerdictReport,
  named: Suspect | undefined,
): Suspect | undefined {
  const followed = followedOf(incident, report).filter(
    (each) => named !== undefined || !isOfAnother(report, each),
  );
  const own = followed.find((each) => each.function === incident.function);
  if (own?.standstill !== undefined) return isSureToGrow(report, own) ? own : undefined;
  if (named?.function === incident.function && isSureToGrow(report, named)) return named;
  if (own !== undefined && isSureToGrow(report, own)) return own;
  const others = named === undefined ? followed : [named, ...followed];
  return others.find((each) => isSureToGrow(report, each));
}

const MOST_OF_IT = 0.7;

/**
 * Whether what a function grows by is the leak of one that it calls, which no incident but that one's is named
 * for: all growth below it counts as its own.
 */
function isOfAnother(report: VerdictReport, own: Suspect): boolean {
  return report.suspects.some(
    (each) =>
      each.function !== own.function &&
      each.stack.includes(own.function) &&
      alarmsAlone(report, each) &&
      each.growthBytesPerHour >= MOST_OF_IT * own.growthBytesPerHour,
  );
}

/** Below an alarm a verdict goes on naming what stopped, for as long as its growth is in the window. */
function isSureToGrow(report: VerdictReport, suspect: Suspect): boolean {
  if (alarmsAlone(report, suspect)) return true;
  return stateOf(report, suspect) !== 'quiet' && suspect.growthBytesPerHourLow > 0;
}

/** What it is named for, and what it was last seen as; none where it does not fire in the target. */
function namesIn(incident: Incident, target: string): readonly string[] {
  const seenAs = firingSighting(incident, target)?.suspect.function;
  if (seenAs !== undefined) return [...new Set([incident.function, seenAs])];
  return unlisted(incident).includes(target) ? [incident.function] : [];
}
