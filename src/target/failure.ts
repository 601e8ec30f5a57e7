import { excerpt } from '../memory/excerpt.ts';
import type { TargetErrorKind } from './target-error.ts';

/** What a failed request means, without the place where it happened. */
export interface Failure {
  readonly kind: TargetErrorKind;
  /** "what was seen; what to do" */
  readonly message: string;
}

const KIND_BY_CODE: ReadonlyMap<string, TargetErrorKind> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'too_large'],
  ['HPE_HEADER_OVERFLOW', 'too_large'],
  ['UND_ERR_INVALID_ARG', 'config'],
  ['EPROTO', 'tls'],
]);

/** Codes of OpenSSL, of Node's tls and of the verification of certificates. */
const TLS_CODE =
  /^(ERR_(TLS|SSL|OSSL|CRYPTO)_|CERT_|CRL_|UNABLE_TO_|.*SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|UND_ERR_PRX_TLS)/;

const ADVICE: Readonly<Record<TargetErrorKind, string>> = {
  refused: 'nobody listens there; is the service running, and the port right?',
  timeout: 'nobody answers there; check the host, the port, and for a firewall between',
  dns: 'the name is not known; check the host, and the DNS of this machine',
  tls: 'check the scheme, ca_file, cert_file, key_file and server_name of tls_config',
  auth: 'check basic_auth, authorization and proxy_url',
  status: 'look into the log of the service',
  redirect: 'let url point at the place itself, or set follow_redirects: true',
  too_large: 'look for what makes the header of the answer so large',
  content: 'let url point at the service itself',
  network:
    'look into the log of the service, for a proxy between, and whether over https it wants a client certificate',
  config: 'check the http settings',
  aborted: 'nothing to do',
};

/** What to do, by kind, where the usual words do not fit. */
export type Advice = Readonly<Partial<Record<TargetErrorKind, string>>>;

/** Names what undici, Node or OpenSSL threw. */
export function explainFailure(error: unknown, advice: Advice = {}): Failure {
  const code = codeOf(error);
  const seen = excerpt(error instanceof Error ? firstMessage(error) : String(error), 160);
  const kind = kindOfProxyAnswer(seen) ?? kindOfCode(code);
  const named = code === '' || seen.includes(code) ? seen : `${seen} (${code})`;
  return { kind, message: `${named}; ${advice[kind] ?? ADVICE[kind]}` };
}

function kindOfCode(code: string): TargetErrorKind {
  return KIND_BY_CODE.get(code) ?? (TLS_CODE.test(code) ? 'tls' : 'network');
}

/** undici tells the answer of a proxy in its message only. */
function kindOfProxyAnswer(message: string): TargetErrorKind | undefined {
  if (!/^Proxy (response|Authentication)/.test(message)) return undefined;
  return message.includes('(407)') ? 'auth' : 'network';
}

/** The first code down the causes; of several attempts at connecting, the first one's. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return '';
  if ('code' in error && typeof error.code === 'string' && error.code !== 'UND_ERR_SOCKET') {
    return error.code;
  }
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner, depth + 1);
}

/** An AggregateError of several attempts has an empty message of its own. */
function firstMessage(error: Error): string {
  if (error.message !== '') return error.message;
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.name;
}
