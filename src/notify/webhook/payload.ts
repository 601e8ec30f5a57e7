import { createHash } from 'node:crypto';
import type { Suspect } from '../../growth/verdict.ts';
import type { Incident, MemoryOutlook, Sighting } from '../../incident/incident.ts';
import { affectedShare, isUnseen, silenceOf } from '../../incident/sightings.ts';
import { alertLabels, severityOf } from '../alert-labels.ts';
import { describe } from '../describe.ts';
import { incidentUrl, profileUrls } from '../links.ts';
import type { SourceLink } from '../../source/link.ts';
import type { Notification } from '../notification.ts';
import type { Sources } from '../sources.ts';
import { headline, isoTime } from '../words.ts';

type Labels = Readonly<Record<string, string>>;

export interface PayloadContext {
  readonly externalUrl: string;
  readonly sendResolved: boolean;
  readonly sourceLink?: Sources['sourceLink'];
}

/**
 * Alertmanager's webhook body, version 4 (prometheus/alertmanager, notify/webhook), with one alert
 * for each target and the object `leak` more. It is made of nothing but what the outbox keeps, so
 * that its bytes are the same over retries.
 */
export function webhookPayload(notification: Notification, context: PayloadContext) {
  const { incident, receiver } = notification;
  const alerts = sightingsToTell(incident, context.sendResolved).map((sighting) =>
    alertOf(notification, sighting, context),
  );
  return {
    version: '4',
    groupKey: `{}:{incident=${JSON.stringify(incident.id)}}`,
    truncatedAlerts: incident.unlistedTargets?.length ?? 0,
    status: incident.state === 'resolved' ? 'resolved' : 'firing',
    receiver,
    groupLabels: { alertname: 'GoHeapLeak', function: incident.function },
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: context.externalUrl,
    alerts,
  };
}

/** Alertmanager too leaves out what is resolved where `send_resolved` is off. */
function sightingsToTell(incident: Incident, sendResolved: boolean): readonly Sighting[] {
  if (sendResolved) return incident.sightings;
  return incident.sightings.filter((sighting) => sighting.state !== 'resolved');
}

/** Alertmanager's zero time: not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

function alertOf(notification: Notification, sighting: Sighting, context: PayloadContext) {
  const { externalUrl } = context;
  const { incident, cause, createdAt } = notification;
  const isOver = sighting.state === 'resolved';
  const severity = isOver ? (notification.severity ?? 'warning') : severityOf(sighting.state);
  const labels = alertLabels(incident, sighting, severity);
  const mark = cause === 'test' ? '[test] ' : '';
  return {
    status: isOver ? 'resolved' : 'firing',
    labels,
    annotations: {
      summary: `${mark}${headline(incident, sighting, createdAt)}`,
      description: `${mark}${describe(incident, sighting, createdAt)}`,
    },
    startsAt: isoTime(incident.openedAt),
    endsAt: isOver ? isoTime(sighting.at) : NOT_ENDED,
    generatorURL: incidentUrl(externalUrl, incident.id),
    fingerprint: fingerprint(labels),
    leak: leakOf(incident, sighting, context),
  };
}

function leakOf(
  incident: Incident,
  sighting: Sighting,
  { externalUrl, sourceLink }: PayloadContext,
) {
  return {
    incident: incident.id,
    state: sighting.state,
    reason: sighting.reason,
    ...(sighting.atPresent === undefined ? {} : { atPresent: sighting.atPresent }),
    kind: incident.kind,
    memory: memoryOf(sighting.memory),
    replicas: affectedShare(incident) ?? null,
    suspects: [sighting.suspect, ...sighting.coSuspects].map((each) => suspectOf(each, incident)),
    profiles: profileUrls(externalUrl, sighting) ?? null,
    ...(sighting.shares === undefined ? {} : { shares: sighting.shares }),
    ...(sighting.goroutines === undefined ? {} : { goroutines: sighting.goroutines }),
    ...restartOf(sighting),
    ...unreadOf(sighting),
    source: sourceOf(sourceLink?.(sighting)),
  };
}

/** Since when the suspects' figures are those of a process that ended; absent where they are of the running one. */
function restartOf(sighting: Sighting) {
  const { quiet } = sighting;
  if (!isUnseen(sighting) || quiet?.restartedAt === undefined) return {};
  return { restartedAt: isoTime(quiet.restartedAt) };
}

/** Since when the target gives no readings; absent where it does. */
function unreadOf(sighting: Sighting) {
  const unread = silenceOf(sighting);
  return unread === undefined ? {} : { unreadSince: isoTime(unread.since) };
}

/** What is no heap has no samples, no share of the heap's growth and nothing that survives. */
function suspectOf(suspect: Suspect, { kind }: Incident) {
  return kind === 'heap' ? suspect : { ...suspect, share: null, survival: null, samples: null };
}

function sourceOf(link: SourceLink | undefined) {
  return link === undefined ? null : { url: link.url, revision: link.revision ?? null };
}

function memoryOf(memory: MemoryOutlook) {
  const time = (at: number | undefined) => (at === undefined ? null : (isoTime(at) ?? null));
  return {
    reading: memory.readingBytes,
    limit: memory.limitBytes ?? null,
    bytesPerHour: memory.bytesPerHour,
    limitReachedAt: time(memory.limitReachedAt),
    limitReachedAtEarliest: time(memory.limitReachedAtEarliest),
    limitReachedAtLatest: time(memory.limitReachedAtLatest),
  };
}

const CHANGING: ReadonlySet<string> = new Set(['severity', 'kind']);

/**
 * Severity and kind are left out, so that an alert keeps its identity from warning to critical to
 * resolved, also where memory turns out to be held by goroutines that pile up.
 */
function fingerprint(labels: Labels): string {
  const identity = Object.entries(labels).filter(([name]) => !CHANGING.has(name));
  const sorted = identity.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** The labels that all have, with the value that they all have. */
function common(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  const shared = Object.entries(first).filter(([name, value]) =>
    others.every((labels) => labels[name] === value),
  );
  return Object.fromEntries(shared);
}
