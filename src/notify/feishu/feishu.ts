import { createHmac } from 'node:crypto';
import type { RobotConfig } from '../../config/config.ts';
import type { HttpClient } from '../../target/http-client.ts';
import { readSecret } from '../../target/read-secret.ts';
import { answerByCode } from '../answer-code.ts';
import { cutToBytes } from '../cut.ts';
import type { Channel, MessageContext } from '../notification.ts';
import { createPostChannel } from '../post-channel.ts';
import { summarise, type Summary } from '../summary.ts';

export interface FeishuParts {
  readonly config: RobotConfig;
  readonly context: MessageContext;
  readonly client: HttpClient;
}

/** 11232 and 99991400: more than 5 messages a second or 100 a minute (Feishu, "Custom bot usage guide"). */
const CODES = { key: 'code', retried: [11_232, 99_991_400], limitedForMs: 60_000 };

/** A request may be 20 KB; JSON at most doubles the text, by its escapes of quotes. */
const MAX_TEXT_BYTES = 2_000;

/** A custom robot of Feishu or Lark; with a secret its messages are signed. */
export function createFeishu({ config, context, client }: FeishuParts): Channel {
  return createPostChannel({
    config,
    client,
    compose: async (notification, url) => {
      const secret = config.secret && (await readSecret(config.secret, 'secret_file'));
      const card = cardOf(summarise(notification, context.externalUrl));
      const body = JSON.stringify({ ...signature(secret), msg_type: 'interactive', card });
      return { url, body, unspoken: secret === undefined ? [] : [secret] };
    },
    understand: (response, answer) => answerByCode(response, answer, CODES),
  });
}

/** The text to sign is the key, and what is signed is empty: so Feishu documents it. */
function signature(secret: string | undefined) {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const sign = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
  return { timestamp, sign };
}

const COLOURS = { leak: 'red', suspect: 'orange', resolved: 'green' } as const;

/** All in `plain_text`, since names from a target could mean something in its Markdown. */
function cardOf({ state, headline, facts, description, firstLook, command, url }: Summary) {
  const texts = [
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    description,
    firstLook,
    command,
  ];
  const open = { tag: 'plain_text', content: 'Open in heapwarden' };
  return {
    config: { wide_screen_mode: true },
    header: { template: COLOURS[state], title: plainText(headline) },
    elements: [
      ...texts.flatMap((text) => (text ? [{ tag: 'div', text: plainText(text) }] : [])),
      { tag: 'action', actions: [{ tag: 'button', type: 'primary', text: open, url }] },
    ],
  };
}

function plainText(text: string) {
  return { tag: 'plain_text', content: cutToBytes(text, MAX_TEXT_BYTES) };
}
