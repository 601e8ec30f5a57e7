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
    headers: { ...threadHeaders(notification, context.domain), ...AUTOMATED },
  };
}

/** RFC 3834, 5, and the twin of it that Exchange minds: no out-of-office replies to alerts. */
const AUTOMATED = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
} as const;

/** Whatever is said of an incident answers the first that was said of it, so that it is one thread. */
function threadHeaders(notification: Notification, domain: string): Record<string, string> {
  const { id, incident, receiver, channel } = notification;
  const first = notificationId({ incident: incident.id, sequence: 0, receiver, channel });
  const messageId = { 'Message-ID': `<${id}@${domain}>` };
  if (id === first) return messageId;
  const root = `<${first}@${domain}>`;
  return { ...messageId, 'In-Reply-To': root, References: root };
}
