import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../../config/config.ts';
import type { HttpClient } from '../../target/http-client.ts';
import type { Answer, Channel, MessageContext, Notification } from '../notification.ts';
import { answerOf, unanswered } from './http-answer.ts';
import { webhookPayload } from './payload.ts';
import { readSecrets } from './webhook-secrets.ts';

export interface WebhookParts {
  readonly config: WebhookConfig;
  readonly context: MessageContext;
  readonly client: HttpClient;
}

const MAX_ANSWER_BYTES = 64 * 1_024;

export function createWebhook(parts: WebhookParts): Channel {
  return {
    sendResolved: parts.config.sendResolved,
    send: async (notification, signal) => {
      try {
        return await post(parts, notification, signal);
      } catch (error) {
        return { kind: 'retry', reason: `webhook not made: ${String(error)}` };
      }
    },
    close: () => parts.client.close(),
  };
}

async function post(
  { config, context, client }: WebhookParts,
  notification: Notification,
  signal: AbortSignal,
): Promise<Answer> {
  const { url, key, unspoken } = await readSecrets(config);
  const payload = webhookPayload(notification, { ...context, sendResolved: config.sendResolved });
  const body = new TextEncoder().encode(JSON.stringify(payload));
  const now = Date.now();
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': notification.id,
    ...signature(body, key, now),
  };
  const limits = { timeoutMs: config.timeoutMs, maxBytes: MAX_ANSWER_BYTES, signal };
  try {
    const response = await client.request({ url, method: 'POST', headers, body, ...limits });
    return answerOf(response, { now, secrets: unspoken });
  } catch (error) {
    return unanswered(error, unspoken);
  }
}

function signature(
  body: Uint8Array,
  key: string | undefined,
  now: number,
): Readonly<Record<string, string>> {
  if (key === undefined) return {};
  const hmac = createHmac('sha256', key).update(body).digest('hex');
  return {
    'x-heapwarden-signature': `sha256=${hmac}`,
    'x-heapwarden-timestamp': String(Math.floor(now / 1_000)),
  };
}
