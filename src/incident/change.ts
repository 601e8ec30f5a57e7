import type { Incident } from './incident.ts';
import { firingTargets } from './sightings.ts';

/** What is worth telling of an incident, as it stands after that happened. */
export interface Change {
  readonly incident: Incident;
  readonly kind: 'opened' | 'escalated' | 'updated' | 'resolved';
  readonly reason: string;
}

/** What is worth telling between two looks at an incident; new figures of a known target are not. */
export function changeBetween(before: Incident | undefined, now: Incident): Change | undefined {
  const kind = kindOfChange(before, now);
  if (kind === undefined) return undefined;
  const event = now.events.findLast((candidate) => candidate.kind === kind);
  return { incident: now, kind, reason: event?.reason ?? now.reason };
}

function kindOfChange(before: Incident | undefined, now: Incident): Change['kind'] | undefined {
  if (before === undefined) return 'opened';
  if (before === now) return undefined;
  if (now.state !== before.state) return now.state === 'resolved' ? 'resolved' : 'escalated';
  if (now.kind !== before.kind) return 'updated';
  const known = new Set(firingTargets(before));
  return firingTargets(now).some((target) => !known.has(target)) ? 'updated' : undefined;
}
