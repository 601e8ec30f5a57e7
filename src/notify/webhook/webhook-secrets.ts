import type { HttpConfig, WebhookConfig } from '../../config/config.ts';
import type { Secret } from '../../config/secret.ts';

export interface WebhookSecrets {
  readonly url: string;
  /** What bodies are signed with. */
  readonly key: string | undefined;
  /** What a receiver may send back, as an error page does with the path, and must not be shown. */
  readonly unspoken: readonly string[];
}

/** Rejects where a secret's file cannot be read. */
export async function readSecrets(config: WebhookConfig): Promise<WebhookSecrets> {
  const url = await config.url.read();
  const key = await config.secret?.read();
  const others = await Promise.all(httpSecrets(config.http).map((secret) => secret.read()));
  const unspoken = [url, ...partsOf(url), ...(key === undefined ? [] : [key]), ...others];
  return { url, key, unspoken };
}

function httpSecrets(http: HttpConfig): readonly Secret[] {
  const named = [http.basicAuth?.password, http.authorization?.credentials, http.proxyUrl];
  return [...Object.values(http.headers), ...named.flatMap((secret) => secret ?? [])];
}

function partsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { pathname, search, username, password } = new URL(url);
  return [`${pathname}${search}`, pathname, search, username, password];
}
