import type { HttpConfig } from '../config/config.ts';
import { readSecret } from '../target/read-secret.ts';

/** Shorter parts of a URL are words such as `send`, not keys. */
const SHORTEST_KEY = 8;

/** The secrets of an `http` block. Rejects with the key where its file cannot be read. */
export async function readHttpSecrets(http: HttpConfig): Promise<readonly string[]> {
  const { headers, basicAuth, authorization, proxyUrl } = http;
  const itself = (text: string): readonly string[] => [text];
  const login = (password: string) => [password, `${basicAuth?.username}:${password}`];
  const named = [
    ...Object.entries(headers).map(([name, secret]) => ({
      secret,
      key: `headers.${name}`,
      of: itself,
    })),
    { secret: basicAuth?.password, key: 'basic_auth.password_file', of: login },
    { secret: authorization?.credentials, key: 'authorization.credentials_file', of: itself },
    { secret: proxyUrl, key: 'proxy_url_file', of: unspokenOf },
  ];
  const read = named.map(async ({ secret, key, of }) =>
    secret === undefined ? [] : of(await readSecret(secret, `http.${key}`)),
  );
  return (await Promise.all(read)).flat();
}

/** What of a URL the other side may send back, as an error page does with the path, and must not be shown. */
export function unspokenOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url];
  const parsed = new URL(url);
  const { pathname, search, searchParams, username, password } = parsed;
  const keys = [...pathname.split('/'), ...searchParams.values()];
  return [
    url,
    `${pathname}${search}`,
    pathname,
    search,
    username,
    password,
    ...loginOf(parsed),
    ...keys.filter((key) => key.length >= SHORTEST_KEY),
  ];
}

/** As basic authentication has it, in the base64 of which neither name nor password is to be found. */
function loginOf({ username, password }: URL): readonly string[] {
  if (username === '' && password === '') return [];
  try {
    return [`${decodeURIComponent(username)}:${decodeURIComponent(password)}`];
  } catch {
    return [];
  }
}
