import type { Incident } from '../incident/incident.ts';
import { firingTargets, silenceOf } from '../incident/sightings.ts';
import { severityOf } from './alert-labels.ts';
import type { LastSaid } from './book.ts';
import { functionsOf, limitReachedAt } from './incident-facts.ts';
import { profilesOf } from './needed-profiles.ts';

/** More names than these are not remembered, but of what is so still; the oldest are then news again. */
const MAX_NAMES = 2_000;

/** What a channel has been told once this message is out, on top of what it was told before. */
export function lastSaid(incident: Incident, before: LastSaid | undefined, now: number): LastSaid {
  if (incident.state === 'resolved') {
    const nothing = { severity: 'warning', targets: [], functions: [] } as const;
    return { limitReachedAt: undefined, ...nothing, ...before, at: now, state: 'resolved' };
  }
  return {
    at: now,
    state: 'firing',
    severity: before?.severity === 'critical' ? 'critical' : severityOf(incident.state),
    kind: incident.kind,
    targets: union(before?.targets, firingTargets(incident)),
    functions: union(before?.functions, functionsOf(incident)),
    limitReachedAt: limitReachedAt(incident) ?? before?.limitReachedAt,
    ...unreadOf(incident),
    profiles: profilesOf(incident),
  };
}

function unreadOf(incident: Incident): Pick<LastSaid, 'unread'> {
  const unread = incident.sightings
    .filter((each) => silenceOf(each) !== undefined)
    .map(({ target }) => target);
  return unread.length === 0 ? {} : { unread };
}

function union(before: readonly string[] = [], now: readonly string[]): readonly string[] {
  const current = new Set(now);
  const past = before.filter((name) => !current.has(name));
  return [...past, ...current].slice(-Math.max(MAX_NAMES, current.size));
}
