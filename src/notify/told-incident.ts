import type { Incident, Sighting } from '../incident/incident.ts';
import { firingTargets } from '../incident/sightings.ts';
import type { Notification } from './notification.ts';

const TOLD_IN_FULL = 5;
const EVENTS_TOLD = 5;

/**
 * What a notification keeps of its incident: the worst five targets in full, the others without stacks
 * and further suspects, which only a webhook shows of them. None is left out, since webhooks and
 * Alertmanagers get an alert for each target, and have to hear of its end.
 */
export function toldIncident(incident: Incident): Incident {
  return {
    ...incident,
    sightings: incident.sightings.map((sighting, i) =>
      i < TOLD_IN_FULL ? sighting : withoutStacks(sighting),
    ),
    events: incident.events.slice(-EVENTS_TOLD),
  };
}

/** The notification for a list of many: of its incident the worst target without stacks, the others by name. */
export function inBrief(notification: Notification): Notification {
  const { incident } = notification;
  const [worst] = incident.sightings;
  const brief = {
    ...incident,
    sightings: worst === undefined ? [] : [withoutStacks(worst)],
    unlistedTargets: firingTargets(incident).filter((target) => target !== worst?.target),
  };
  return { ...notification, incident: brief };
}

function withoutStacks(sighting: Sighting): Sighting {
  const { suspect, goroutines } = sighting;
  return {
    ...sighting,
    suspect: { ...suspect, stack: [] },
    coSuspects: [],
    ...(goroutines === undefined ? {} : { goroutines: { ...goroutines, stack: [], groups: [] } }),
  };
}
