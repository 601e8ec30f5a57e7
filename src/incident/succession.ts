import { withEvent } from './event.ts';
import type { Incident, Sighting, VerdictReport } from './incident.ts';
import { left, withoutForecast, type Departure } from './resolve.ts';
import { firingSighting, unlisted, withSighting } from './sightings.ts';

/*
 * Where processes come and go under names of their own, as the pods of a deployment do, one that ends is mostly
 * replaced: that is a restart by another name, and no more evidence against the leak than one.
 */

/** How long somebody is waited for to take the place of a target that is gone. */
export const SUCCESSION_MS = 3_600_000;

/** The incident without a target that is gone, where another of its fleet may take its place: it fires until then. */
export function awaited(incident: Incident, target: string, departure: Departure): Incident {
  const sighting = firingSighting(incident, target);
  if (sighting === undefined) return left(incident, target, departure);
  if (sighting.goneAt !== undefined) return incident;
  const { at, reason } = departure;
  const { atPresent: _, ...rest } = sighting;
  const gone = { ...rest, goneAt: at, ...afterwards(sighting, at) };
  const now = withSighting(incident, gone);
  const words = `${target}: ${reason}; what takes its place is watched for the leak`;
  return { ...withEvent(now, { at, kind: 'restarted', reason: words }), updatedAt: at };
}

/** The incident with the target of a report in the place of one that is gone, where it is as young as that has it. */
export function succeeded(incident: Incident, report: VerdictReport): Incident {
  const now = withoutOverdue(incident, report.at);
  if (now.state === 'resolved' || isKnown(now, report.target)) return returned(now, report.target);
  if (report.freshInEpoch >= report.minProfiles) return now;
  const gone = now.sightings.find(({ goneAt }) => goneAt !== undefined);
  return gone === undefined ? now : takenOver(now, gone, report);
}

function takenOver(incident: Incident, gone: Sighting, report: VerdictReport): Incident {
  const { target, at, labels, scopeTargets = incident.scopeTargets } = report;
  const words = `${target}: in place of ${gone.target}; the leak is watched for again`;
  const fleet = scopeTargets === undefined ? {} : { scopeTargets };
  const told = withEvent({ ...incident, ...fleet }, { at, kind: 'restarted', reason: words });
  const { goneAt: _, shares: __, unread: ___, ...sighting } = gone;
  const taken = withSighting(told, {
    ...sighting,
    target,
    labels,
    at,
    formerly: gone.formerly ?? gone.target,
    profiles: undefined,
    quiet: {
      ...gone.quiet,
      fromFresh: 0,
      sinceRestart: true,
      restartedAt: at,
      inPlaceOf: gone.target,
      toFresh: 0,
    },
  });
  return left(taken, gone.target, { at, reason: `${target} took its place` });
}

/** Since then there was no process in which it would be seen. */
function afterwards({ memory, quiet }: Sighting, at: number): Pick<Sighting, 'memory' | 'quiet'> {
  const { memoryBytes = memory.readingBytes } = quiet ?? {};
  return {
    memory: withoutForecast(memory),
    quiet: { fromFresh: 0, sinceRestart: true, restartedAt: at, toFresh: 0, memoryBytes },
  };
}

/** It is listed again, and never went: the run that began when it did is none of its own. */
function returned(incident: Incident, target: string): Incident {
  const sighting = firingSighting(incident, target);
  if (sighting?.goneAt === undefined) return incident;
  const { goneAt: _, quiet: __, ...back } = sighting;
  return withSighting(incident, back);
}

function withoutOverdue(incident: Incident, at: number): Incident {
  return incident.sightings
    .filter(({ goneAt }) => goneAt !== undefined && Math.abs(at - goneAt) >= SUCCESSION_MS)
    .reduce((rest, { target }) => left(rest, target, { at, reason: NOBODY_CAME }), incident);
}

const NOBODY_CAME = 'the target is gone, and no other took its place';

function isKnown(incident: Incident, target: string): boolean {
  return (
    incident.sightings.some((sighting) => sighting.target === target) ||
    unlisted(incident).includes(target)
  );
}
