import type { Incident, IncidentEvent } from './incident.ts';

export const MAX_EVENTS = 200;

/** What comes again and again while an incident is open; the rest of its story is told without. */
const PASSING: ReadonlySet<IncidentEvent['kind']> = new Set([
  'reading',
  'decision',
  'verdict',
  'retried',
]);
/** How it came about stays, though it is of these kinds. */
const LEAD_KEPT = 20;

/** The incident with one event more. Past the bound the oldest goes of what passes by, else of the rest; how it began stays. */
export function withEvent(incident: Incident, event: IncidentEvent): Incident {
  const events = [...incident.events, event];
  if (events.length <= MAX_EVENTS) return { ...incident, events };
  const began = events.findIndex(({ kind }) => kind === 'opened');
  const kept = Math.min(began, LEAD_KEPT) + 1;
  const passing = events.findIndex(({ kind }, index) => index >= kept && PASSING.has(kind));
  return { ...incident, events: events.toSpliced(passing < 0 ? kept : passing, 1) };
}
