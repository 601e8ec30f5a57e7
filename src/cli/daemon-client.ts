import type { z } from 'zod';
import type { HttpConfig } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { describePage, excerpt } from '../memory/excerpt.ts';
import type { Advice } from '../target/failure.ts';
import { createHttpClient, type HttpAnswer } from '../target/http-client.ts';

/** Where the running daemon is, and how to log in there. */
export interface DaemonAddress {
  readonly url: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
}

/** What is asked of a path below `/api/v1/`. */
export interface Order {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Speaks to the API of a running daemon. Rejects with what it said where it does not do as asked, and where
 * something else than heapwarden answers.
 */
export interface DaemonClient {
  ask<Answer>(order: Order, schema: z.ZodType<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

/** In the words of the command line. */
const ADVICE: Advice = {
  refused:
    'nobody listens there; is the daemon running, and is --url or HEAPWARDEN_URL its address?',
  tls: 'check the scheme of --url, and name who signed the certificate of the daemon by --ca-file',
  network: 'check the scheme of --url, which is https where the page has a certificate',
  config: 'check --password-file and --ca-file',
};
const LOGIN_ADVICE = 'check --user and --password-file';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

export function createDaemonClient(address: DaemonAddress): DaemonClient {
  const client = createHttpClient(httpOf(address));
  const base = address.url.replace(/\/+$/, '');
  return {
    ask: async ({ method, path, body }, schema) => {
      const answer = await client.request({
        url: `${base}/api/v1/${path}`,
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        advice: ADVICE,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
        signal: new AbortController().signal,
      });
      return understood(answer, schema, withoutLogin(address.url));
    },
    close: () => client.close(),
  };
}

function httpOf({ username, passwordFile, caFile }: DaemonAddress): HttpConfig {
  const password = passwordFile === undefined ? Secret.of('') : Secret.inFile(passwordFile);
  return {
    headers: {},
    basicAuth: username === undefined ? undefined : { username, password },
    authorization: undefined,
    proxyUrl: undefined,
    followRedirects: false,
    tls: {
      caFile,
      certFile: undefined,
      keyFile: undefined,
      serverName: undefined,
      insecureSkipVerify: false,
    },
  };
}

function understood<Answer>(
  { status, body }: HttpAnswer,
  schema: z.ZodType<Answer>,
  shown: string,
): Answer {
  const text = new TextDecoder().decode(body);
  const json = parsed(text);
  if (status < 200 || status >= 300)
    throw new Error(refusalIn(status, json) ?? foreign(status, text, shown));
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new Error(foreign(status, text, shown), { cause: answer.error });
}

function foreign(status: number, text: string, shown: string): string {
  const seen = `${status} with ${describePage(text)}`;
  return `${shown}: not an answer of heapwarden, seen ${seen}; let --url or HEAPWARDEN_URL name the address of its web page`;
}

function withoutLogin(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalIn(status: number, json: unknown): string | undefined {
  const isRefusal = typeof json === 'object' && json !== null && 'error' in json;
  if (!isRefusal || typeof json.error !== 'string') return undefined;
  const said = excerpt(json.error, 2_000);
  return status === 401 ? `${said}; ${LOGIN_ADVICE}` : said;
}
