import type { PostConfig } from '../config/config.ts';
import type { HttpAnswer, HttpClient } from '../target/http-client.ts';
import { readSecret } from '../target/read-secret.ts';
import { answerOf, unanswered, type AnswerContext } from './http-answer.ts';
import type { Answer, Channel, Notification } from './notification.ts';
import { readHttpSecrets, unspokenOf } from './unspoken.ts';
import { messageOf } from '../runtime/message-of.ts';

/** One POST of JSON. */
export interface Letter {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What must not be quoted, besides the URL and the secrets of the `http` block. */
  readonly unspoken?: readonly string[];
}

export interface PostParts {
  readonly config: PostConfig;
  readonly client: HttpClient;
  /** Where the file of its URL is configured; `url_file` where not given. */
  readonly urlKey?: string;
  /** `url` is the configured one. Rejects where a secret's file cannot be read. */
  readonly compose: (notification: Notification, url: string) => Letter | Promise<Letter>;
  /** What the other side meant; by its status alone where not given. */
  readonly understand?: (response: HttpAnswer, context: AnswerContext) => Answer;
}

const MAX_ANSWER_BYTES = 64 * 1_024;

/** A channel that hands each notification over as one POST of JSON. */
export function createPostChannel(parts: PostParts): Channel {
  return {
    sendResolved: parts.config.sendResolved,
    send: async (notification, signal) => {
      try {
        return await post(parts, notification, signal);
      } catch (error) {
        return { kind: 'retry', reason: `message not made: ${messageOf(error)}` };
      }
    },
    close: () => parts.client.close(),
  };
}

async function post(
  { config, client, compose, urlKey = 'url_file', understand = answerOf }: PostParts,
  notification: Notification,
  signal: AbortSignal,
): Promise<Answer> {
  const configured = await readSecret(config.url, urlKey);
  const { url, body, headers, unspoken = [] } = await compose(notification, configured);
  const secrets = [
    ...unspokenOf(configured),
    ...unspokenOf(url),
    ...unspoken,
    ...(await readHttpSecrets(config.http)),
  ];
  try {
    const response = await client.request({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new TextEncoder().encode(body),
      timeoutMs: config.timeoutMs,
      timeoutSetting: 'timeout of the receiver',
      maxBytes: MAX_ANSWER_BYTES,
      signal,
    });
    return understand(response, { now: Date.now(), secrets });
  } catch (error) {
    return unanswered(error, secrets);
  }
}
