import type { Incident, IncidentEvent } from './incident.ts';

export const MAX_EVENTS = 200;

/** The incident with one event more. Past the bound the first is kept, how it began, and the newest. */
export function withEvent(incident: Incident, event: IncidentEvent): Incident {
  const [first, ...later] = [...incident.events, event];
  if (first === undefined || later.length < MAX_EVENTS) {
    return { ...incident, events: [...incident.events, event] };
  }
  return { ...incident, events: [first, ...later.slice(1 - MAX_EVENTS)] };
}
