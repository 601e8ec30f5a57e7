import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { errorPage } from './layout.ts';

const TITLES: ReadonlyMap<number, string> = new Map([
  [400, 'Not understood'],
  [401, 'Who are you?'],
  [403, 'Refused'],
  [404, 'Not found'],
  [405, 'Method not allowed'],
  [421, 'Not this server'],
  [422, 'Not to be shown'],
  [500, 'Failed'],
  [502, 'Failed'],
  [503, 'Not now'],
]);

/** Says what is wrong in the form of the path: `{ "error": … }` for the API, text for what programs call, else a page. */
export function problem(
  c: Context,
  status: ContentfulStatusCode,
  message: string,
): Response | Promise<Response> {
  const path = pathOf(c);
  if (path.startsWith('/api/')) return c.json({ error: message }, status);
  if (path.startsWith('/-/') || path === '/metrics') return c.text(`${message}\n`, status);
  const title = TITLES.get(status) ?? 'Failed';
  return c.html(errorPage(title, message, { root: rootOf(path) }), status);
}

/** As the request spells it: an encoded slash in a name is no step down. */
export function pathOf(c: Context): string {
  return new URL(c.req.url).pathname;
}

/** From a page's path up to `/`. */
export function rootOf(path: string): string {
  return '../'.repeat(path.split('/').length - 2) || './';
}
