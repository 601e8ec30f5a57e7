import type { Receiver, Route, WebhookConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import type { Incident, Sighting } from '../../src/incident/incident.ts';
import type { Notification } from '../../src/notify/notification.ts';
import { sampleIncident } from '../../src/notify/sample.ts';
import { httpConfig } from '../support/http-config.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NOW = Date.parse('2026-03-01T14:00:00Z');

/** An incident that opened at NOW in target `a`, with the parts that a test speaks of in place. */
export function incident(parts: Partial<Incident> = {}): Incident {
  const state = parts.state ?? 'suspect';
  const base = sampleIncident(parts.id ?? 'one', state, NOW);
  const events = [{ at: NOW, kind: 'opened', reason: 'grows' } as const];
  return { ...base, openedAt: NOW, events, sightings: [sighting({ state })], ...parts };
}

export function sighting(parts: Partial<Sighting> = {}): Sighting {
  const [base] = sampleIncident('one', parts.state ?? 'suspect', NOW).sightings;
  return { ...base!, target: 'a', labels: { service: 'checkout', team: 'payments' }, ...parts };
}

/** One that fires in so many targets, each with stacks as deep as they get and two further suspects. */
export function fleetIncident(targets: number, parts: Partial<Incident> = {}): Incident {
  const { suspect, ...base } = sighting();
  const stack = Array.from({ length: 60 }, (_, i) => `${suspect.function}.func${i}.(*Store).each`);
  const deep = { ...suspect, stack };
  const sightings = Array.from({ length: targets }, (_, i) => ({
    ...base,
    target: `checkout-${String(i).padStart(3, '0')}`,
    suspect: deep,
    coSuspects: [deep, deep],
  }));
  return incident({ sightings, ...parts });
}

/** A tree of one node, with Alertmanager's default intervals. */
export function route(parts: Partial<Route> = {}): Route {
  return {
    receiver: 'oncall',
    matchers: [],
    continue: false,
    groupWaitMs: 30_000,
    groupIntervalMs: 5 * MINUTE,
    repeatIntervalMs: 4 * HOUR,
    routes: [],
    ...parts,
  };
}

/** A receiver with one webhook for each given `send_resolved`. */
export function receiver(name: string, ...sendResolved: readonly boolean[]): Receiver {
  return {
    name,
    emails: [],
    webhooks: sendResolved.map((each) => webhook({ sendResolved: each })),
  };
}

export function webhook(parts: Partial<WebhookConfig> & { address?: string } = {}): WebhookConfig {
  const { address = 'http://127.0.0.1:9/', ...rest } = parts;
  return {
    url: Secret.of(address),
    secret: undefined,
    http: httpConfig(),
    timeoutMs: 5_000,
    sendResolved: true,
    ...rest,
  };
}

export function notification(parts: Partial<Notification> = {}): Notification {
  return {
    id: 'key-1',
    incident: incident(),
    cause: 'opened',
    severity: 'warning',
    receiver: 'oncall',
    channel: 'webhook_configs[0]',
    createdAt: NOW,
    attempts: 0,
    nextAttemptAt: NOW,
    lastAnswer: undefined,
    ...parts,
  };
}
