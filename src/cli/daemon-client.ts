import type { HttpConfig } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { createHttpClient } from '../target/http-client.ts';

/** Where the running daemon is, and how to log in there. */
export interface DaemonAddress {
  readonly url: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
}

/** Speaks to the API of a running daemon. Rejects with what it said where it does not do as asked. */
export interface DaemonClient {
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

export function createDaemonClient(address: DaemonAddress): DaemonClient {
  const client = createHttpClient(httpOf(address));
  const base = address.url.replace(/\/+$/, '');
  return {
    ask: async (method, path, body) => {
      const answer = await client.request({
        url: `${base}/api/v1/${path}`,
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
        signal: new AbortController().signal,
      });
      const text = new TextDecoder().decode(answer.body);
      if (answer.status >= 200 && answer.status < 300) return JSON.parse(text);
      throw new Error(problemOf(text) ?? `${address.url} answered ${answer.status}`);
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

function problemOf(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const isProblem = typeof answer === 'object' && answer !== null && 'error' in answer;
    return isProblem ? String(answer.error) : undefined;
  } catch {
    return undefined;
  }
}
