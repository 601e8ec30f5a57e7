import type { Suspect } from '../growth/verdict.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import { alarmsAlone } from './alone.ts';
import { isHeldBy } from './held-by.ts';
import type { Incident, VerdictReport } from './incident.ts';

/** Which open incidents a report speaks of, by id, and what in it is new. */
export interface Match {
  readonly known: ReadonlyMap<string, Suspect>;
  /** Those of the others that may open one, the strongest first; no two of them are the same leak. */
  readonly unknown: readonly Suspect[];
}

export function kindOf({ kind = 'heap' }: VerdictReport): GrowthKind {
  return kind;
}

/**
 * Sorts the suspects of a report, strongest first, into the open incidents of its scope and kind. What
 * goroutines hold that are told of already is in neither: theirs is the one incident.
 */
export function matchSuspects(incidents: readonly Incident[], report: VerdictReport): Match {
  const inScope = incidents.filter(
    (incident) => incident.state !== 'resolved' && incident.scope === report.scope,
  );
  const kind = kindOf(report);
  const open = inScope.filter((incident) => incident.kind === kind);
  const piles = kind === 'heap' ? inScope.filter((each) => each.kind === 'goroutine') : [];
  const known = new Map<string, Suspect>();
  const unknown: Suspect[] = [];
  for (const suspect of report.suspects) {
    const incident = incidentOf(open, suspect);
    if (incident !== undefined)
      known.set(incident.id, preferred(incident, known.get(incident.id), suspect));
    else if (alarmsAlone(report, suspect) && !isHeldByAny(suspect, piles))
      addLeak(unknown, suspect);
  }
  return { known, unknown };
}

function isHeldByAny(suspect: Suspect, piles: readonly Incident[]): boolean {
  return piles.some(({ function: name, sightings }) =>
    sightings.some((sighting) => name === suspect.function || isHeldBy(suspect, sighting.suspect)),
  );
}

function addLeak(leaks: Suspect[], suspect: Suspect): void {
  const isKnown = leaks.some((leak) => isSameLeak(leak, [leak.stack], suspect));
  if (!isKnown) leaks.push(suspect);
}

/** Where one report has two suspects in one incident: the one it is named for, else the stronger. */
function preferred(incident: Incident, stronger: Suspect | undefined, weaker: Suspect): Suspect {
  if (stronger === undefined) return weaker;
  return weaker.function === incident.function ? weaker : stronger;
}

function incidentOf(open: readonly Incident[], suspect: Suspect): Incident | undefined {
  return (
    open.find((incident) => incident.function === suspect.function) ??
    open.find((incident) =>
      incident.sightings.some((sighting) => sighting.suspect.function === suspect.function),
    ) ??
    open.find(
      ({ kind, sightings }) =>
        kind === 'goroutine' && sightings.some((sighting) => isHeldBy(sighting.suspect, suspect)),
    ) ??
    open.find((incident) =>
      isSameLeak(
        incident,
        incident.sightings.map((sighting) => sighting.suspect.stack),
        suspect,
      ),
    )
  );
}

/**
 * On one call path the name may go to the caller in one verdict and to the callee in the next. So it
 * is the same leak where the functions are equal, or each stands in the path of the other: with the
 * path `append ← cache.Put ← api.Handle`, a suspect `cache.Put` and a suspect `api.Handle`.
 */
function isSameLeak(
  leak: { readonly function: string },
  paths: readonly (readonly string[])[],
  suspect: Suspect,
): boolean {
  if (leak.function === suspect.function) return true;
  return (
    suspect.stack.includes(leak.function) && paths.some((path) => path.includes(suspect.function))
  );
}
