import type { HttpConfig } from '../config/config.ts';
import { readSecret } from './read-secret.ts';
import { TargetError } from './target-error.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Goes with every request, also to where a redirect leads. Not asking for an encoding matters: the
 * bytes of a profile are kept as they were sent, and a target should not spend time on packing.
 */
const PLAIN: Headers = { 'user-agent': 'heapwarden', 'accept-encoding': 'identity' };

/** Whether the party itself is to be sent more than `plainHeaders`. */
export function hasSecrets({ headers, authorization, basicAuth }: HttpConfig): boolean {
  return (authorization ?? basicAuth) !== undefined || Object.keys(headers).length > 0;
}

/** The headers of a request that needs no secret. */
export function plainHeaders(ofRequest: Headers): Headers {
  const headers: Record<string, string> = { ...PLAIN };
  for (const name of Object.keys(ofRequest)) set(headers, name, ofRequest[name]);
  return headers;
}

/** The headers for the party itself: those of the request, of the configuration, and the credentials. */
export async function ownHeaders(http: HttpConfig, ofRequest: Headers): Promise<Headers> {
  const headers: Record<string, string> = { ...plainHeaders(ofRequest) };
  for (const [name, secret] of Object.entries(http.headers)) {
    set(headers, name, await readSecret(secret, `headers.${name}`));
  }
  if (http.authorization ?? http.basicAuth)
    set(headers, 'authorization', await authorizationOf(http));
  return headers;
}

function set(headers: Record<string, string>, anyCase: string, value = ''): void {
  const name = anyCase.toLowerCase();
  refuseUnsendable(name, value);
  headers[name] = value;
}

/** The headers for anybody else: no credentials, and nothing that was meant for the party itself. */
export function strangerHeaders(own: Headers): Headers {
  const kept = Object.entries(own).filter(([name]) => name === 'accept' || name === 'content-type');
  return { ...PLAIN, ...Object.fromEntries(kept) };
}

async function authorizationOf(http: HttpConfig): Promise<string | undefined> {
  if (http.authorization !== undefined) {
    const { type, credentials } = http.authorization;
    return `${type} ${await readSecret(credentials, 'authorization.credentials')}`;
  }
  if (http.basicAuth === undefined) return undefined;
  const password = await readSecret(http.basicAuth.password, 'basic_auth.password');
  return `Basic ${Buffer.from(`${http.basicAuth.username}:${password}`).toString('base64')}`;
}

/** RFC 9110 §5.5: visible characters, blanks and tabs, and those above 0x7f in one byte. */
function refuseUnsendable(name: string, value: string): void {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return;
  throw new TargetError(
    'config',
    `header ${name}: its value has a line break or another character that no header may have; write it on one line, in ASCII`,
  );
}
