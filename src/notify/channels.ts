import type { HttpConfig, Receiver } from '../config/config.ts';
import type { HttpClient } from '../target/http-client.ts';
import { createEmail } from './email/email.ts';
import type { Channel, MessageContext } from './notification.ts';
import { createWebhook } from './webhook/webhook.ts';

export interface ChannelParts extends MessageContext {
  readonly createHttpClient: (http: HttpConfig) => HttpClient;
}

type Kind = (receiver: Receiver, parts: ChannelParts) => readonly Channel[];

/** A new kind of channel is a folder, and a line here and in `channelNames`. */
const KINDS: Readonly<Record<string, Kind>> = {
  email_configs: ({ emails }, parts) => emails.map((config) => createEmail(config, parts)),
  webhook_configs: ({ webhooks }, parts) =>
    webhooks.map((config) =>
      createWebhook({ config, context: parts, client: parts.createHttpClient(config.http) }),
    ),
};

/** Every channel of every receiver, by `receiver/email_configs[0]`. */
export function createChannels(
  receivers: readonly Receiver[],
  parts: ChannelParts,
): ReadonlyMap<string, Channel> {
  const channels = new Map<string, Channel>();
  for (const receiver of receivers) {
    for (const [name, channel] of channelsOf(receiver, parts)) channels.set(name, channel);
  }
  return channels;
}

function channelsOf(receiver: Receiver, parts: ChannelParts): readonly [string, Channel][] {
  return Object.entries(KINDS).flatMap(([kind, create]) =>
    create(receiver, parts).map((channel, i): [string, Channel] => [
      `${receiver.name}/${kind}[${i}]`,
      channel,
    ]),
  );
}
