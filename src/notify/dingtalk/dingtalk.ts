import { createHmac } from 'node:crypto';
import type { RobotConfig } from '../../config/config.ts';
import type { HttpClient } from '../../target/http-client.ts';
import { readSecret } from '../../target/read-secret.ts';
import { answerByCode } from '../answer-code.ts';
import { cutToBytes } from '../cut.ts';
import type { Channel, MessageContext } from '../notification.ts';
import { createPostChannel } from '../post-channel.ts';
import { robotMarkdown } from '../robot-markdown.ts';
import { summarise } from '../summary.ts';

export interface DingtalkParts {
  readonly config: RobotConfig;
  readonly context: MessageContext;
  readonly client: HttpClient;
}

/** -1: busy; 130101 and 410100: more than 20 messages a minute (DingTalk, "Custom robot access"). */
const CODES = { key: 'errcode', retried: [-1, 130_101, 410_100], limitedForMs: 60_000 };

/** A request may have 20,000 bytes. */
const MAX_TEXT_BYTES = 8_000;
const MAX_TITLE_BYTES = 500;

/** A custom robot of DingTalk; with a secret its requests are signed in the URL. */
export function createDingtalk({ config, context, client }: DingtalkParts): Channel {
  return createPostChannel({
    config,
    client,
    compose: async (notification, url) => {
      const secret = config.secret && (await readSecret(config.secret, 'secret_file'));
      const summary = summarise(notification, context.externalUrl);
      const markdown = {
        title: cutToBytes(summary.headline, MAX_TITLE_BYTES),
        text: cutToBytes(robotMarkdown(summary), MAX_TEXT_BYTES),
      };
      const body = JSON.stringify({ msgtype: 'markdown', markdown });
      return { url: signed(url, secret), body, unspoken: secret === undefined ? [] : [secret] };
    },
    understand: (response, answer) => answerByCode(response, answer, CODES),
  });
}

function signed(url: string, secret: string | undefined): string {
  if (secret === undefined) return url;
  const timestamp = String(Date.now());
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  const whole = new URL(url);
  whole.searchParams.set('timestamp', timestamp);
  whole.searchParams.set('sign', sign);
  return whole.href;
}
