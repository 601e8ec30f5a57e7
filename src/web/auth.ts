import { createHmac, randomBytes } from 'node:crypto';
import { compare, hash as hashOf } from 'bcryptjs';
import type { Context, MiddlewareHandler } from 'hono';
import pLimit from 'p-limit';
import type { Address } from './guard.ts';
import { isLoopbackHost } from './guard.ts';
import { problem } from './problem.ts';

/** Names with the bcrypt hash of the password, as in the web configuration of Prometheus. */
export type BasicAuthUsers = Readonly<Record<string, string>>;

/** A bcrypt takes a tenth of a second of this process on purpose; more at once would stop what it is there for. */
const AT_ONCE = 1;
const MAX_WAITING = 32;
const MAX_KNOWN = 256;

/** Asks every request for one of these users; everything passes where there are none. */
export function requireUser(users: BasicAuthUsers): MiddlewareHandler {
  if (Object.keys(users).length === 0) return (_, next) => next();
  const isRight = passwordCheck(users);
  return async (c, next) => {
    const given = credentialsOf(c);
    const right = given !== undefined && (await isRight(given.user, given.password));
    if (right === 'busy') return problem(c, 503, 'too many passwords to check; try again');
    if (right) return next();
    const response = await problem(
      c,
      401,
      'user: name and password of one of web.basic_auth_users are needed',
    );
    response.headers.set('WWW-Authenticate', 'Basic realm="heapwarden", charset="UTF-8"');
    return response;
  };
}

/**
 * What changes something needs a user where the page is reached from elsewhere: on another address than
 * loopback, or through a proxy under another name.
 */
export function requireUserToChange(address: Address, users: BasicAuthUsers): MiddlewareHandler {
  return async (c, next) => {
    const changesNothing = ['GET', 'HEAD', 'OPTIONS'].includes(c.req.method);
    const why = changesNothing ? undefined : whyReadOnly(c, { address, users });
    return why === undefined
      ? next()
      : problem(c, 403, `request: it changes something, and ${why}`);
  };
}

/** Why nothing can be changed by requests that come as this one does, and what to do; `undefined` where it can. */
export function whyReadOnly(
  c: Context,
  { address, users }: { readonly address: Address; readonly users: BasicAuthUsers },
): string | undefined {
  if (Object.keys(users).length > 0) return undefined;
  const setUsers = 'set web.basic_auth_users and restart';
  if (!isLoopbackHost(address.host))
    return `the page listens beyond loopback and has no users: ${setUsers}, or listen on 127.0.0.1`;
  const host = c.req.header('host') ?? '';
  if (isLoopbackHost(host)) return undefined;
  return `the page is reached as ${host} and has no users: ${setUsers}, or ask 127.0.0.1`;
}

type PasswordCheck = (user: string, password: string) => Promise<boolean | 'busy'>;

function passwordCheck(users: BasicAuthUsers): PasswordCheck {
  const hashes = new Map(Object.entries(users));
  // An unknown name takes as long as a known one, or its time would tell which names there are.
  const costs = [...hashes.values()].map((hash) => Number(hash.split('$')[2] ?? 10));
  const nobody = hashOf(randomBytes(18).toString('base64'), Math.max(4, ...costs));
  const key = randomBytes(32);
  const known = new Set<string>();
  const turn = pLimit(AT_ONCE);
  return async (user, password) => {
    const hash = hashes.get(user);
    const mark = createHmac('sha256', key)
      .update(JSON.stringify([user, password]))
      .digest('base64');
    if (known.has(mark)) return true;
    if (turn.pendingCount >= MAX_WAITING) return 'busy';
    const matches = await turn(async () => compare(password, hash ?? (await nobody)));
    if (hash === undefined || !matches) return false;
    if (known.size === MAX_KNOWN) known.clear();
    known.add(mark);
    return true;
  };
}

/** Who asks, where the request names somebody; sure only where users are asked for. */
export function userOf(c: Context): string | undefined {
  return credentialsOf(c)?.user;
}

function credentialsOf(
  c: Context,
): { readonly user: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
