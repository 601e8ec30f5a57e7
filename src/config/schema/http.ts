import { z } from 'zod';
import type { HttpConfig, TlsConfig } from '../config.ts';
import { Secret } from '../secret.ts';
import { secretUrl } from './addresses.ts';
import { block, optionalBlock, table } from './block.ts';
import { needs, oneOf, required } from './rules.ts';
import { accept, refuse, scalar } from './scalar.ts';
import { file, flag, isHeaderValue, line, secret, secretFile, secretLine } from './values.ts';

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** They belong to the connection, and a request with one of them set by hand would be cut or hang. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** How to speak HTTP to a target or a webhook; everything is optional. */
export function httpSchema(folder: string): z.ZodType<HttpConfig> {
  return block(
    {
      headers: table(header(folder), 'headers', wrongHeader).default({}),
      basic_auth: optionalBlock(basicAuth(folder)),
      authorization: optionalBlock(authorization(folder)),
      tls_config: tlsSchema(folder).prefault({}),
      proxy_url: secretUrl(PROXY).optional(),
      proxy_url_file: secretFile(folder).optional(),
      follow_redirects: flag().default(false),
    },
    [oneOf('basic_auth', 'authorization'), oneOf('proxy_url', 'proxy_url_file')],
  ).transform((http) => ({
    headers: http.headers,
    basicAuth: http.basic_auth,
    authorization: http.authorization,
    tls: http.tls_config,
    proxyUrl: http.proxy_url ?? http.proxy_url_file,
    followRedirects: http.follow_redirects,
  }));
}

const PROXY = {
  what: 'the URL of a proxy',
  write: 'the URL of a proxy such as http://proxy.example.com:3128',
};

export function tlsSchema(folder: string): z.ZodType<TlsConfig> {
  const serverName = { what: 'a host name', write: 'the name in the certificate' };
  return block(
    {
      ca_file: file(folder).optional(),
      cert_file: file(folder).optional(),
      key_file: file(folder).optional(),
      server_name: line(serverName).optional(),
      insecure_skip_verify: flag().default(false),
    },
    [needs('cert_file', ['key_file'], 'key_file'), needs('key_file', ['cert_file'], 'cert_file')],
  ).transform((tls) => ({
    caFile: tls.ca_file,
    certFile: tls.cert_file,
    keyFile: tls.key_file,
    serverName: tls.server_name,
    insecureSkipVerify: tls.insecure_skip_verify,
  }));
}

function basicAuth(folder: string) {
  const username = { what: 'a user name', write: 'the name to log in with' };
  return block(
    {
      username: line(username),
      password: secret('the password').optional(),
      password_file: secretFile(folder).optional(),
    },
    [
      oneOf('password', 'password_file'),
      required(['password', 'password_file'], 'password, or password_file with a path'),
    ],
  ).transform((auth) => ({
    username: auth.username,
    password: auth.password ?? auth.password_file ?? Secret.of(''),
  }));
}

function authorization(folder: string) {
  return block(
    {
      type: authorizationType().default('Bearer'),
      credentials: secretLine('the credentials').optional(),
      credentials_file: secretFile(folder).optional(),
    },
    [
      oneOf('credentials', 'credentials_file'),
      required(['credentials', 'credentials_file'], 'credentials, or credentials_file with a path'),
    ],
  ).transform((auth) => ({
    type: auth.type,
    credentials: auth.credentials ?? auth.credentials_file ?? Secret.of(''),
  }));
}

function authorizationType() {
  const words = { what: 'a type of authorization', write: 'one word such as Bearer', secret: true };
  return scalar(words, (text) => {
    if (text.toLowerCase() === 'basic') {
      return refuse('basic authorization', 'basic_auth with username and password');
    }
    return TOKEN.test(text) ? accept(text) : refuse(`not ${words.what}`, words.write);
  });
}

/** A value as it is, or `{ file: PATH }`; either may be a secret. */
function header(folder: string) {
  const fromFile = block({ file: secretFile(folder) }).transform(({ file: path }) => path);
  const words = {
    what: 'the value of a header',
    write: 'one line of plain characters, or { file: PATH }',
    secret: true,
  };
  const asText = scalar(words, (text) =>
    isHeaderValue(text) ? accept(Secret.of(text)) : refuse(`not ${words.what}`, words.write),
  );
  return z.unknown().transform((given, context) => {
    const schema = isBlock(given) ? fromFile : asText;
    const result = schema.safeParse(given);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: undefined });
    return z.NEVER;
  });
}

function isBlock(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function wrongHeader(name: string): string | undefined {
  if (!TOKEN.test(name)) return 'not the name of a header; write a name such as X-Tenant';
  const lower = name.toLowerCase();
  if (lower === 'authorization') return 'not set as a header; write authorization or basic_auth';
  if (CONNECTION_HEADERS.has(lower)) return 'a header of the connection itself; remove it';
  return undefined;
}
