import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../../config/config.ts';
import type { HttpClient } from '../../target/http-client.ts';
import { readSecret } from '../../target/read-secret.ts';
import type { Channel, MessageContext } from '../notification.ts';
import { createPostChannel } from '../post-channel.ts';
import { webhookPayload } from './payload.ts';
import { readTemplate, renderTemplate } from './template.ts';

export interface WebhookParts {
  readonly config: WebhookConfig;
  readonly context: MessageContext;
  readonly client: HttpClient;
}

export function createWebhook({ config, context, client }: WebhookParts): Channel {
  const { template, secret, sendResolved } = config;
  return createPostChannel({
    config,
    client,
    compose: async (notification, url) => {
      const payload = webhookPayload(notification, { ...context, sendResolved });
      const body =
        template === undefined
          ? JSON.stringify(payload)
          : renderTemplate(await readTemplate(template), payload);
      const key = secret && (await readSecret(secret, 'secret_file'));
      const headers = { 'idempotency-key': notification.id, ...signature(body, key) };
      return { url, body, headers, unspoken: key === undefined ? [] : [key] };
    },
  });
}

function signature(body: string, key: string | undefined): Readonly<Record<string, string>> {
  if (key === undefined) return {};
  const hmac = createHmac('sha256', key).update(body).digest('hex');
  return {
    'x-heapwarden-signature': `sha256=${hmac}`,
    'x-heapwarden-timestamp': String(Math.floor(Date.now() / 1_000)),
  };
}
