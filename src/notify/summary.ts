import type { Incident, IncidentState, Sighting } from '../incident/incident.ts';
import { describe, outlookWords } from './describe.ts';
import { FIRST_LOOK } from './first-look.ts';
import { firingSightings } from './incident-facts.ts';
import { labelWords } from './label-words.ts';
import { incidentUrl, profileUrls } from './links.ts';
import type { Notification } from './notification.ts';
import { rateSeen } from './unseen.ts';
import { headline, memorySeen, replicaWords, shortFunction, shortPlace } from './words.ts';

/** What a chat or a pager shows of a notification, without marks of any format. */
export interface Summary {
  readonly state: IncidentState;
  /** `[leak] checkout: 182MiB/h in …`: all of it in one line. */
  readonly headline: string;
  readonly facts: readonly Fact[];
  readonly description: string;
  /** Nothing is left to look for once it is over. */
  readonly firstLook: string | undefined;
  readonly url: string;
  /** Shows what grew; where profiles are saved. */
  readonly command: string | undefined;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function summarise(notification: Notification, externalUrl: string): Summary {
  const { incident, cause, createdAt } = notification;
  const worst = firingSightings(incident)[0] ?? incident.sightings[0];
  const mark = cause === 'test' ? '[test] ' : '';
  const isOver = incident.state === 'resolved';
  return {
    state: incident.state,
    headline: `${mark}[${incident.state}] ${headline(incident, worst, createdAt)}`,
    facts: worst === undefined ? [] : factsOf(notification, worst),
    description: worst === undefined ? '' : describe(incident, worst, createdAt),
    firstLook: isOver ? undefined : FIRST_LOOK[incident.kind],
    url: incidentUrl(externalUrl, incident.id),
    command: worst && profileUrls(externalUrl, worst)?.command,
  };
}

function factsOf({ incident, createdAt }: Notification, worst: Sighting): readonly Fact[] {
  const target = { name: 'Target', value: targetWords(incident, worst) };
  const suspect = { name: 'Function', value: shortFunction(worst.suspect.function) };
  const labels = labelWords(incident);
  const marks = labels === undefined ? [] : [{ name: 'Labels', value: labels }];
  if (worst.state === 'resolved') return [target, suspect, ...marks];
  return [
    target,
    suspect,
    { name: 'Place', value: shortPlace(worst.suspect) },
    { name: 'Growth', value: rateSeen(worst) },
    { name: 'Memory', value: memorySeen(worst, createdAt) },
    { name: 'Outlook', value: outlookWords(worst, createdAt) },
    ...marks,
  ];
}

function targetWords(incident: Incident, worst: Sighting): string {
  const replicas = worst.state === 'resolved' ? undefined : replicaWords(incident);
  if (replicas !== undefined) return `${worst.target}; ${replicas}`;
  const others = incident.sightings.length - 1;
  return others > 0 ? `${worst.target} and ${others} more` : worst.target;
}
