import { setImmediate } from 'node:timers/promises';
import type { Context } from 'hono';

const AT_ONCE = 50;

interface Listed<T> {
  readonly items: readonly T[];
  /** As each is written. */
  readonly show: (item: T) => unknown;
}

/**
 * `{"NAME":[…]}`, a few items at a time, with room between for whatever else there is to do: thousands of
 * targets with their points are tens of MB, and took a second in one piece.
 */
export function jsonList<T>(c: Context, name: string, { items, show }: Listed<T>): Response {
  if (items.length <= AT_ONCE) return c.json({ [name]: items.map(show) });
  const body = ReadableStream.from(parts(name, { items, show }));
  return c.body(body, 200, { 'Content-Type': 'application/json' });
}

async function* parts<T>(name: string, { items, show }: Listed<T>): AsyncGenerator<Uint8Array> {
  let before = `{${JSON.stringify(name)}:[`;
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const some = items.slice(from, from + AT_ONCE).map((item) => JSON.stringify(show(item)));
    yield Buffer.from(before + some.join(','));
    before = ',';
    await setImmediate();
  }
  yield Buffer.from(']}');
}
