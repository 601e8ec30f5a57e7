import { startWeb, type WebOptions } from '../../src/web/server.ts';
import type { Dashboard } from '../../src/web/status.ts';
import { NOW, dashboardOf, silentLog } from './values.ts';

/** Serves a daemon that knows these values, at a time that stands still, while `use` looks at it. */
export async function served<T>(
  parts: Partial<Dashboard>,
  use: (url: string) => Promise<T>,
  options: Partial<WebOptions> = {},
): Promise<T> {
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const web = await startWeb(
    { host: '127.0.0.1', port: 0, clock, ...options },
    dashboardOf(parts),
    silentLog,
  );
  try {
    return await use(web.url);
  } finally {
    await web.close();
  }
}

/** The words of a page, as they are read. */
export async function wordsAt(url: string): Promise<string> {
  return words(await (await fetch(url)).text());
}

export function words(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([,.:;])/g, '$1');
}
