import { setImmediate } from 'node:timers/promises';
import type { Context } from 'hono';

const AT_ONCE = 50;

/**
 * `{"NAME":[…]}`, a few items at a time, with room between for whatever else there is to do: thousands of
 * targets with their points are tens of MB, and took a second in one piece.
 */
export function jsonList(c: Context, name: string, items: readonly unknown[]): Response {
  if (items.length <= AT_ONCE) return c.json({ [name]: items });
  const body = ReadableStream.from(parts(name, items));
  return c.body(body, 200, { 'Content-Type': 'application/json' });
}

async function* parts(name: string, items: readonly unknown[]): AsyncGenerator<Uint8Array> {
  let before = `{${JSON.stringify(name)}:[`;
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const some = items.slice(from, from + AT_ONCE).map((item) => JSON.stringify(item));
    yield Buffer.from(before + some.join(','));
    before = ',';
    await setImmediate();
  }
  yield Buffer.from(']}');
}
