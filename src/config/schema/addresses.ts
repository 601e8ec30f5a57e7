import { isIPv6 } from 'node:net';
import type { z } from 'zod';
import { Secret } from '../secret.ts';
import { accept, parsed, quote, refuse, scalar } from './scalar.ts';
import type { Read, Words } from './scalar.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

interface UrlWords extends Words {
  /** Where user and password belong instead of the URL; without it they are allowed there. */
  readonly login?: string;
  /** Whether a query may follow; a prefix of other URLs cannot have one. */
  readonly query?: boolean;
}

/** `HOST:PORT`, with an IPv6 address in brackets. */
export function hostPort(words: Words): z.ZodType<HostPort> {
  return address(words, (text) => readHostPort(text, 1));
}

/** As `hostPort`; without a host all addresses are meant, and port 0 lets the system choose. */
export function listenAddress(words: Words): z.ZodType<HostPort> {
  return address(words, (text) =>
    text.startsWith(':') ? readHostPort(`[::]${text}`, 0, '') : readHostPort(text, 0),
  );
}

/** Someone may have put a login before the host. */
function address(words: Words, read: (text: string) => HostPort | undefined) {
  return scalar(words, (text) => {
    const found = read(text);
    return found === undefined
      ? refuse(`not ${words.what}`, words.write, quote(masked(text)))
      : accept(found);
  });
}

function readHostPort(text: string, minPort: number, named?: string): HostPort | undefined {
  const [, bracketed, name, digits] =
    /^(?:\[([^\]]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port < minPort || port > 65_535) return undefined;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  return { host: named ?? bracketed ?? name ?? '', port };
}

/** The base of other URLs: scheme, host and path, without a trailing slash. */
export function baseUrl(words: UrlWords): z.ZodType<string> {
  return scalar(words, (text) => {
    const url = readUrl(text, words);
    return url.kind === 'refused' ? url : accept(withoutSlash(url.value));
  });
}

/** A whole URL that may carry a password or a token. */
export function secretUrl(words: UrlWords): z.ZodType<Secret> {
  return scalar({ ...words, secret: true }, (text) => {
    const url = readUrl(text, { ...words, query: true });
    return url.kind === 'refused' ? url : accept(Secret.of(text));
  });
}

function withoutSlash(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function readUrl(text: string, { what, write, login, query }: UrlWords): Read<URL> {
  const seen = quote(masked(text));
  if (!/^https?:\/\/[^/?#\s]/i.test(text)) {
    return refuse('no http:// or https:// URL', write, seen);
  }
  if (!URL.canParse(text) || /\s/.test(text)) return refuse(`not ${what}`, write, seen);
  const url = new URL(text);
  if (login !== undefined && (url.username !== '' || url.password !== '')) {
    return refuse('user or password in the URL', `the URL without them, and ${login}`, seen);
  }
  if (query !== true && (url.search !== '' || url.hash !== '')) {
    return refuse('a query or fragment on a base URL', 'the URL up to its path', seen);
  }
  return accept(url);
}

/** Hides what stands before an `@` and after a `?`, also where the text is no URL. */
function masked(text: string): string {
  return text.replace(/^([a-z+]+:\/\/)?.*@/is, '$1<secret>@').replace(/[?#].*$/s, '?<secret>');
}

/** One address, bare or as `Name <address>`. */
export function mailAddress(words: Words): z.ZodType<string> {
  return parsed(words, (text) => (!/\p{Cc}/u.test(text) && isMailAddress(text) ? text : undefined));
}

/** One address or several with commas between them, each bare or as `Name <address>`. */
export function mailAddresses(words: Words): z.ZodType<string> {
  return parsed(words, (text) => {
    if (/\p{Cc}/u.test(text)) return undefined;
    const addresses = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
    const rest = text.replaceAll(/"[^"]*"|[^,"]/g, '');
    return rest.length === addresses.length - 1 && addresses.every(isMailAddress)
      ? text
      : undefined;
  });
}

function isMailAddress(text: string): boolean {
  return /^\s*(?:[^\s@<>,;"]+@[^\s@<>,;"]+|(?:"[^"]*"|[^<>@"])*<[^\s@<>,;"]+@[^\s@<>,;"]+>)\s*$/.test(
    text,
  );
}
