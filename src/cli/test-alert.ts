import { randomUUID } from 'node:crypto';
import { externalUrlOf } from '../config/external-url.ts';
import type { Config, HttpConfig } from '../config/config.ts';
import type { Incident } from '../incident/incident.ts';
import { createChannels } from '../notify/channels.ts';
import { createIllustrator } from '../notify/illustrate.ts';
import { notificationId } from '../notify/notification-id.ts';
import type { Answer, Channel, Notification } from '../notify/notification.ts';
import { sampleIncident } from '../notify/sample.ts';
import { alertsNow, type ToldAlert } from '../notify/told-alerts.ts';
import { createPictures, type Pictures } from '../picture/pictures.ts';
import { createLog } from '../runtime/log.ts';
import type { HttpClient } from '../target/http-client.ts';
import { sampleEvidence, withSampleProfiles } from './test-alert/sample-evidence.ts';

export interface TestAlertOptions {
  /** Only this receiver; else all of them. */
  readonly receiver?: string;
  readonly createHttpClient: (http: HttpConfig) => HttpClient;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

const LONGEST_ATTEMPT_MS = 60_000;

/**
 * Sends a sample of each message, once, to every channel of the receivers, and tells line by line
 * what the other side answered. Exit code 0: all were taken; 1: not all; 2: no such receiver.
 */
export async function runTestAlert(
  config: Config,
  options: TestAlertOptions,
): Promise<CommandResult> {
  const { receiver } = options;
  const receivers = config.receivers.filter(({ name }) => (receiver ?? name) === name);
  if (receivers.length === 0) {
    const names = config.receivers.map(({ name }) => name).join(', ');
    return {
      exitCode: 2,
      output: `test-alert: no receiver "${receiver}"; write one of: ${names}\n`,
    };
  }
  const now = Date.now();
  const pictures = createPictures({ threads: 1 });
  try {
    const channels = createChannels(receivers, {
      externalUrl: externalUrlOf(config),
      ...sampleExhibits(pictures, now),
      createHttpClient: options.createHttpClient,
    });
    const lanes = [...channels].map(([lane, channel]) => tryLane(lane, channel, now));
    return resultOf((await Promise.all(lanes)).flat());
  } finally {
    await pictures.close();
  }
}

/** Made-up profiles, and pictures of them. */
function sampleExhibits(pictures: Pictures, now: number) {
  const [sighting] = sampleIncident('test', 'leak', now).sightings;
  if (sighting === undefined) return { readProfile: async () => undefined };
  const { saved, points, readProfile } = sampleEvidence(sighting);
  const illustrate = createIllustrator({
    pictures,
    memory: () => points,
    profiles: async () => saved,
    readProfile,
    log: createLog('warn'),
  });
  return { readProfile, illustrate };
}

interface Attempt {
  readonly lane: string;
  readonly message: Sample['message'];
  /** `skipped`: the channel is not to be told that it is over. */
  readonly answer: Answer | { readonly kind: 'skipped' };
}

async function tryLane(lane: string, channel: Channel, now: number): Promise<readonly Attempt[]> {
  const samples = sampleNotifications(lane, now);
  const isTold = ({ message }: Sample): boolean => message !== 'resolved' || channel.sendResolved;
  const attempts: Attempt[] = [];
  try {
    let thread: string | undefined;
    let alerts: readonly ToldAlert[] = [];
    for (const { message, notification: sample } of samples.filter(isTold)) {
      const said = { ...sample, alerts };
      const notification = thread === undefined ? said : { ...said, thread };
      const answer = await channel.send(notification, AbortSignal.timeout(LONGEST_ATTEMPT_MS));
      thread ??= answer.kind === 'sent' ? answer.thread : undefined;
      alerts = alertsNow(sample.incident, alerts, sample.createdAt);
      attempts.push({ lane, message, answer });
    }
  } finally {
    await channel.close();
  }
  const skipped = samples.filter((sample) => !isTold(sample));
  return [
    ...attempts,
    ...skipped.map(({ message }) => ({ lane, message, answer: { kind: 'skipped' } as const })),
  ];
}

interface Sample {
  readonly message: 'suspect' | 'leak' | 'update' | 'resolved';
  readonly notification: Notification;
}

/** All that a channel can be told of one incident, in the order in which it would be. */
function sampleNotifications(lane: string, now: number): readonly Sample[] {
  const incident = `test-${randomUUID()}`;
  const receiver = lane.slice(0, lane.lastIndexOf('/'));
  const channel = lane.slice(lane.lastIndexOf('/') + 1);
  return MESSAGES.map((message, sequence) => ({
    message,
    notification: {
      id: notificationId({ incident, sequence, receiver, channel }),
      incident: sampleOf(message, incident, now),
      cause: 'test',
      severity: message === 'suspect' ? 'warning' : 'critical',
      receiver,
      channel,
      createdAt: now,
      attempts: 0,
      nextAttemptAt: now,
      lastAnswer: undefined,
    },
  }));
}

const MESSAGES = ['suspect', 'leak', 'update', 'resolved'] as const;

/** The update tells of a second replica, which has to hear of the end as well: an Alertmanager would hold its alert. */
function sampleOf(message: Sample['message'], id: string, now: number): Incident {
  const incident = sampleIncident(id, message === 'update' ? 'leak' : message, now);
  const sightings = incident.sightings.map(withSampleProfiles);
  const others = sightings.map((each) => ({ ...each, target: `${each.target}-2` }));
  return message === 'update' || message === 'resolved'
    ? { ...incident, sightings: [...sightings, ...others], scopeTargets: 3 }
    : { ...incident, sightings, scopeTargets: 3 };
}

function resultOf(attempts: readonly Attempt[]): CommandResult {
  if (attempts.length === 0) {
    return { exitCode: 1, output: 'test-alert: nothing sent; give the receiver a channel\n' };
  }
  const lines = attempts.map(
    ({ lane, message, answer }) => `${lane}  ${message}  ${wordsOf(answer)}\n`,
  );
  const isTaken = attempts.every(({ answer }) => ['sent', 'skipped'].includes(answer.kind));
  return { exitCode: isTaken ? 0 : 1, output: lines.join('') };
}

function wordsOf(answer: Attempt['answer']): string {
  switch (answer.kind) {
    case 'sent':
      return `sent: ${answer.detail}`;
    case 'skipped':
      return 'skipped: send_resolved is false';
    case 'retry':
    case 'refused':
      return `not sent: ${answer.reason}`;
  }
}
