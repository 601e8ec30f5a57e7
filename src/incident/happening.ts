import type { Happening } from '../memory/target-record.ts';
import { withEvent } from './event.ts';
import type { Incident, IncidentEvent, VerdictReport } from './incident.ts';
import { firingTargets } from './sightings.ts';

const MAX_LEAD = 20;

/** What led to the suspect: from its beginning on, or from when memory last passed the trigger, if that is earlier. */
export function leadTo(
  since: number,
  { target, happenings = [] }: Pick<VerdictReport, 'target' | 'happenings'>,
): readonly IncidentEvent[] {
  const reading = happenings.findLast(({ kind }) => kind === 'reading');
  const from = Math.min(since, reading?.at ?? Infinity);
  return happenings
    .filter(({ at }) => at >= from)
    .slice(-MAX_LEAD)
    .map((happening) => eventOf(target, happening));
}

/** All incidents after something happened to a target; those that are open there tell it. */
export function withHappening(
  incidents: readonly Incident[],
  target: string,
  happening: Happening,
): readonly Incident[] {
  // A restart is told by the report that sees it.
  if (happening.kind === 'restarted') return incidents;
  return incidents.map((incident) =>
    incident.state !== 'resolved' && firingTargets(incident).includes(target)
      ? withEvent(incident, eventOf(target, happening))
      : incident,
  );
}

function eventOf(target: string, { at, kind, reason }: Happening): IncidentEvent {
  return { at, kind, reason: `${target}: ${reason}` };
}
