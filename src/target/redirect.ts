import { excerpt } from '../memory/excerpt.ts';
import type { Side } from './connections.ts';
import { strangerHeaders } from './request-headers.ts';
import { TargetError } from './target-error.ts';

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** Once a chain has left the origin it began at, it is `other` for good. */
  readonly side: Side;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Start {
  readonly url: string;
  readonly method?: Hop['method'];
  readonly body?: string | Uint8Array;
}

/** Userinfo in the URL is sent as basic authentication where nothing else is configured. */
export function firstHop(start: Start, headers: Hop['headers']): Hop {
  const url = parseHttpUrl(start.url);
  if (url === undefined) {
    throw new TargetError('config', 'not an http:// or https:// URL; write one');
  }
  const { method = 'GET', body } = start;
  return { url, method, headers: { ...basicFrom(url), ...headers }, body, side: 'own' };
}

function basicFrom({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {};
  const userinfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(userinfo).toString('base64')}` };
}

/**
 * Where an answer redirects to; `undefined` where it does not. Credentials, custom headers and the
 * client certificate do not go along to another origin. A POST becomes a GET at 301, 302 and 303, as
 * in Go's net/http.
 */
export function nextHop(
  hop: Hop,
  answer: { readonly status: number; readonly headers: Hop['headers'] },
): Hop | undefined {
  const location = answer.headers['location'];
  if (!REDIRECTS.has(answer.status) || location === undefined) return undefined;
  const url = parseHttpUrl(location, hop.url.href);
  if (url === undefined) {
    // Not where to: the Location of a webhook can hold the secret path of its URL.
    const message = `${answer.status} redirects to what is no http:// or https:// URL; let url point at the place itself`;
    throw new TargetError('redirect', message);
  }
  const staysAtHome = hop.side === 'own' && url.origin === hop.url.origin;
  const moved: Hop = staysAtHome
    ? { ...hop, url }
    : { ...hop, url, headers: strangerHeaders(hop.headers), side: 'other' };
  return answer.status < 307 ? { ...moved, method: 'GET', body: undefined } : moved;
}

function parseHttpUrl(text: string, base?: string): URL | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** A `Location` for a message: without query and userinfo, where the tokens of a login stand. */
export function showLocation(location: string): string {
  const bare = location.replace(/[?#].*$/s, '');
  return excerpt(bare.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/]*@/i, '$1//'), 60);
}

/** Scheme, host and port: what may be said of a URL whose path may be a secret. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the URL';
}
