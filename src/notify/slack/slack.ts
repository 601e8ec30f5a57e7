import type { SlackConfig } from '../../config/config.ts';
import type { HttpAnswer, HttpClient } from '../../target/http-client.ts';
import { readSecret } from '../../target/read-secret.ts';
import { parseObject } from '../answer-code.ts';
import { answerOf, type AnswerContext } from '../http-answer.ts';
import type { Picture } from '../illustration.ts';
import type {
  Answer,
  Channel,
  MessageContext,
  Notification,
  NotificationCause,
} from '../notification.ts';
import { createPostChannel, type Letter } from '../post-channel.ts';
import { redact } from '../redact.ts';
import { summarise } from '../summary.ts';
import { slackMessage } from './message.ts';
import { uploadPicture } from './picture.ts';

export interface SlackParts {
  readonly config: SlackConfig;
  readonly context: MessageContext;
  readonly client: HttpClient;
}

/** An incoming webhook or, with a token, a thread for each incident. */
export function createSlack({ config, context, client }: SlackParts): Channel {
  const { bot } = config;
  const message = (notification: Notification) =>
    slackMessage(summarise(notification, context.externalUrl));
  if (bot === undefined) {
    const compose = (notification: Notification, url: string) => ({
      url,
      body: JSON.stringify(message(notification)),
    });
    return createPostChannel({ config, client, compose, urlKey: 'api_url_file' });
  }
  const compose = async (notification: Notification, url: string): Promise<Letter> => {
    const token = await readSecret(bot.token, 'bot_token_file');
    const place = { channel: bot.channel, ...threadOf(notification) };
    return {
      url,
      body: JSON.stringify({ ...place, ...message(notification) }),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${token}`,
      },
      unspoken: [token],
    };
  };
  // The same for all messages, as the channel is: Slack's answer has its id, whatever it was called.
  let channelId: string | undefined;
  const noting = (response: HttpAnswer, answerContext: AnswerContext): Answer => {
    const { channel } = parseObject(response.body);
    if (typeof channel === 'string') channelId = channel;
    return understand(response, answerContext);
  };
  const posting = createPostChannel({ config, client, compose, understand: noting });
  return withPicture(withoutLostThread(posting), { config, context, client }, () => channelId);
}

/** What begins a thread or makes it graver is shown, too; the rest is said often enough. */
const SHOWN: ReadonlySet<NotificationCause> = new Set(['opened', 'escalated', 'test']);

/** With memory over time below the message. One that cannot be sent does not make the message one that failed. */
function withPicture(
  channel: Channel,
  { config, context, client }: SlackParts,
  channelId: () => string | undefined,
): Channel {
  const share = async (
    picture: Picture,
    thread: string,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    const { bot, timeoutMs } = config;
    const [token, url, id] = [await bot?.token.read(), await config.url.read(), channelId()];
    const { png } = picture;
    if (token === undefined || id === undefined || png === undefined) return undefined;
    return uploadPicture(picture, png, {
      client,
      url,
      token,
      channel: id,
      thread,
      timeoutMs,
      signal,
    });
  };
  return {
    ...channel,
    send: async (notification, signal) => {
      // Drawn first, so that nothing slow stands between the message and the note that it was sent.
      const picture = await memoryPicture(notification, context, signal);
      const answer = await channel.send(notification, signal);
      const thread = notification.thread ?? (answer.kind === 'sent' ? answer.thread : undefined);
      if (answer.kind !== 'sent' || thread === undefined || picture === undefined) return answer;
      const problem = await share(picture, thread, signal).catch(String);
      if (problem === undefined) return answer;
      return { ...answer, detail: `${answer.detail}; its picture not: ${problem}` };
    },
  };
}

async function memoryPicture(
  { incident, cause }: Notification,
  { illustrate }: MessageContext,
  signal: AbortSignal,
): Promise<Picture | undefined> {
  const [worst] = incident.sightings;
  if (!SHOWN.has(cause) || worst === undefined || illustrate === undefined) return undefined;
  const { pictures } = await illustrate(incident, worst, signal);
  return pictures.find(({ name, png }) => name === 'memory' && png !== undefined);
}

/** That it got worse is shown in the channel as well: people do not watch threads. */
function threadOf({ thread, cause }: Notification) {
  if (thread === undefined) return {};
  return { thread_ts: thread, reply_broadcast: cause === 'escalated' };
}

/** Slack, "chat.postMessage", errors that pass. */
const RETRIED = [
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
];

/** What is wrong with the configuration by the words of Slack, "chat.postMessage", errors. */
const ADVICE: Readonly<Record<string, string>> = {
  invalid_auth: 'check bot_token or its file',
  not_authed: 'check bot_token or its file',
  token_revoked: 'check bot_token or its file',
  token_expired: 'check bot_token or its file',
  account_inactive: 'check bot_token or its file',
  missing_scope: 'give the bot the scope chat:write',
  channel_not_found: 'check channel, and invite the bot to it where it is private',
  not_in_channel: 'invite the bot to the channel',
  is_archived: 'name a channel that is not archived',
};

/** The Web API answers 200 also where it did nothing, and says so in `ok` and `error`. */
function understand(response: HttpAnswer, context: AnswerContext): Answer {
  const answer = answerOf(response, context);
  if (answer.kind !== 'sent') return answer;
  const { ok, ts, error } = parseObject(response.body);
  if (ok === true) {
    const detail = `HTTP ${response.status}: ok`;
    return { kind: 'sent', detail, ...(typeof ts === 'string' ? { thread: ts } : {}) };
  }
  if (typeof error !== 'string') {
    return { kind: 'retry', reason: `no ok in the answer, so not Slack: ${answer.detail}` };
  }
  const reason = redact(error, context.secrets);
  if (RETRIED.includes(error)) return { kind: 'retry', reason };
  const advice = Object.hasOwn(ADVICE, error) ? `; ${ADVICE[error]}` : '';
  return { kind: 'refused', reason: `${reason}${advice}` };
}

/** Whoever deletes the first message of a thread must not lose the rest: it then begins another. */
function withoutLostThread(channel: Channel): Channel {
  return {
    ...channel,
    send: async (notification, signal) => {
      const answer = await channel.send(notification, signal);
      const isLost =
        answer.kind === 'refused' &&
        ['thread_not_found', 'invalid_thread_ts'].includes(answer.reason);
      if (!isLost) return answer;
      const { thread: _, ...alone } = notification;
      return channel.send(alone, signal);
    },
  };
}
