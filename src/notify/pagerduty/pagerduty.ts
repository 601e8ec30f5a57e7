import type { PagerdutyConfig } from '../../config/config.ts';
import type { HttpClient } from '../../target/http-client.ts';
import { readSecret } from '../../target/read-secret.ts';
import { severityOf } from '../alert-labels.ts';
import { cutToLength } from '../cut.ts';
import type { Channel, MessageContext, Notification } from '../notification.ts';
import { createPostChannel } from '../post-channel.ts';
import { summarise, type Summary } from '../summary.ts';
import { isoTime } from '../words.ts';

export interface PagerdutyParts {
  readonly config: PagerdutyConfig;
  readonly context: MessageContext;
  readonly client: HttpClient;
}

/** PagerDuty's limits, in characters (Events API v2, "Send an Alert Event"). */
const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;

/** Events API v2: one PagerDuty incident for each of ours, by `dedup_key`, which makes repeats harmless. */
export function createPagerduty({ config, context, client }: PagerdutyParts): Channel {
  return createPostChannel({
    config,
    client,
    compose: async (notification, url) => {
      const key = await readSecret(config.routingKey, 'routing_key_file');
      const event = eventOf(notification, summarise(notification, context.externalUrl));
      const body = JSON.stringify({ routing_key: key, client: 'heapwarden', ...event });
      return { url, body, unspoken: [key] };
    },
  });
}

function eventOf({ incident, severity, createdAt }: Notification, summary: Summary) {
  const { state, scope, id } = incident;
  const dedupKey = id.slice(0, MAX_DEDUP_KEY);
  if (state === 'resolved') return { event_action: 'resolve', dedup_key: dedupKey };
  return {
    event_action: 'trigger',
    dedup_key: dedupKey,
    client_url: summary.url,
    links: [{ href: summary.url, text: 'The incident in heapwarden' }],
    payload: {
      summary: cutToLength(summary.headline, MAX_SUMMARY),
      source: incident.sightings[0]?.target ?? scope,
      severity: severity ?? severityOf(state),
      timestamp: isoTime(createdAt),
      component: scope,
      class: incident.kind,
      custom_details: detailsOf(summary),
    },
  };
}

function detailsOf({ facts, description, firstLook, command }: Summary) {
  return {
    ...Object.fromEntries(facts.map(({ name, value }) => [name.toLowerCase(), value])),
    description,
    first_look: firstLook,
    profiles: command,
  };
}
