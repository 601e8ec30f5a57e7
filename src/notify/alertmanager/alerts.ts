import type { Sighting } from '../../incident/incident.ts';
import { alertLabels } from '../alert-labels.ts';
import { describe } from '../describe.ts';
import { FIRST_LOOK } from '../first-look.ts';
import { incidentUrl, profileUrls } from '../links.ts';
import type { Notification } from '../notification.ts';
import { alertsToTell, type ToldAlert } from '../told-alerts.ts';
import { headline, isoTime } from '../words.ts';

export interface AlertTimes {
  readonly now: number;
  /** How long an alert holds that is not sent again. */
  readonly holdsMs: number;
  readonly externalUrl: string;
}

/**
 * The body of `POST /api/v2/alerts` (prometheus/alertmanager, api/v2/openapi.yaml): an alert for each
 * target. To Alertmanager the labels are the alert, severity and kind among them, so that one that
 * escalated is another: the one it was before is ended in the same request. Only what it was told is ended, with
 * the time at which that was so: it tells of an end it did not know of beside all else in the group.
 */
export function alertsOf(notification: Notification, times: AlertTimes) {
  const { incident, alerts = [] } = notification;
  const sightings = new Map(incident.sightings.map((sighting) => [sighting.target, sighting]));
  return alertsToTell(notification, alerts, times.now).flatMap((alert) => {
    const sighting = sightings.get(alert.target);
    return sighting === undefined ? [] : [alertOf(notification, { sighting, alert, times })];
  });
}

interface Part {
  readonly sighting: Sighting;
  readonly alert: ToldAlert;
  readonly times: AlertTimes;
}

function alertOf({ incident, cause }: Notification, { sighting, alert, times }: Part) {
  const { now, holdsMs, externalUrl } = times;
  const { severity, kind = incident.kind, endedAt } = alert;
  const mark = cause === 'test' ? '[test] ' : '';
  const command = profileUrls(externalUrl, sighting)?.command;
  return {
    labels: withoutEmpty(alertLabels({ ...incident, kind }, sighting, severity)),
    annotations: {
      summary: `${mark}${headline(incident, sighting, now)}`,
      description: `${mark}${describe(incident, sighting, now)}`,
      first_look: FIRST_LOOK[incident.kind],
      ...(command === undefined ? {} : { profiles: command }),
    },
    generatorURL: incidentUrl(externalUrl, incident.id),
    // Alertmanager refuses one that ended before it began.
    startsAt: isoTime(Math.min(incident.openedAt, endedAt ?? now, now)),
    endsAt: isoTime(endedAt ?? now + holdsMs),
  };
}

/** To Alertmanager an empty label is none, and older ones refuse it. */
function withoutEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
