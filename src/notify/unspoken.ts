import type { HttpConfig } from '../config/config.ts';
import { readSecret } from '../target/read-secret.ts';

/** Shorter parts of a URL are words such as `send`, not keys. */
const SHORTEST_KEY = 8;

/** The secrets of an `http` block. Rejects with the key where its file cannot be read. */
export async function readHttpSecrets(http: HttpConfig): Promise<readonly string[]> {
  const { headers, basicAuth, authorization, proxyUrl } = http;
  const named = [
    ...Object.entries(headers).map(([name, secret]) => ({ secret, key: `headers.${name}` })),
    { secret: basicAuth?.password, key: 'basic_auth.password_file' },
    { secret: authorization?.credentials, key: 'authorization.credentials_file' },
    { secret: proxyUrl, key: 'proxy_url_file' },
  ];
  const read = named.flatMap(({ secret, key }) =>
    secret === undefined ? [] : [readSecret(secret, `http.${key}`)],
  );
  return Promise.all(read);
}

/** What of a URL the other side may send back, as an error page does with the path, and must not be shown. */
export function unspokenOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url];
  const { pathname, search, searchParams, username, password } = new URL(url);
  const keys = [...pathname.split('/'), ...searchParams.values()];
  return [
    url,
    `${pathname}${search}`,
    pathname,
    search,
    username,
    password,
    ...keys.filter((key) => key.length >= SHORTEST_KEY),
  ];
}
