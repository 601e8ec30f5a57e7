import { fnv1a64 } from '../../incident/fingerprint.ts';
import { notificationId } from '../notification-id.ts';
import type { Notification } from '../notification.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import { viewOf, type RenderContext } from './view.ts';

export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly priority?: 'high';
}

export interface EmailContext extends RenderContext {
  /** What stands behind the @ of the message ids: the domain of the sender. */
  readonly domain: string;
}

export function renderEmail(notification: Notification, context: EmailContext): RenderedEmail {
  const view = viewOf(notification, context);
  return {
    subject: view.subject,
    text: renderText(view),
    html: renderHtml(view),
    headers: {
      ...threadHeaders(notification, context.domain),
      ...AUTOMATED,
      ...filterHeaders(notification, context.domain),
    },
    ...(notification.incident.state === 'leak' ? { priority: 'high' } : {}),
  };
}

/** RFC 3834, 5, and its twins that Exchange and older responders mind: no out-of-office replies to alerts. */
const AUTOMATED = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
  Precedence: 'bulk',
} as const;

/** What a rule of a mail program sorts by. */
function filterHeaders({ incident, receiver }: Notification, domain: string) {
  return {
    'List-Id': `<${listLabel(receiver)}.heapwarden.${domain}>`,
    'X-Heapwarden-Incident': incident.id,
    'X-Heapwarden-State': incident.state,
  };
}

/** One for each receiver (RFC 2919); where signs are dropped with a hash of all of them: `oncall`, `team-HASH` for `team 前端`. */
function listLabel(receiver: string): string {
  const label = receiver
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LABEL);
  if (label === receiver) return label;
  const words = label.replace(/^-|-$/g, '');
  return [words, fnv1a64(receiver).slice(0, 8)].filter((part) => part !== '').join('-');
}

/** With a hash no more than the 63 signs that a label of a domain may have. */
const MAX_LABEL = 54;

/** Whatever is said of an incident answers the first that was said of it, so that it is one thread. */
function threadHeaders(notification: Notification, domain: string): Record<string, string> {
  const { id, incident, receiver, channel } = notification;
  const first = notificationId({ incident: incident.id, sequence: 0, receiver, channel });
  const messageId = { 'Message-ID': `<${id}@${domain}>` };
  if (id === first) return messageId;
  const root = `<${first}@${domain}>`;
  return { ...messageId, 'In-Reply-To': root, References: root };
}
