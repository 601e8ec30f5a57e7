import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createHttpClient } from '../../src/target/http-client.ts';
import { httpConfig } from './http-config.ts';
import { asked } from './http-requests.ts';
import { serve } from './http-server.ts';

// A program of its own, run with `--expose-gc`, since what lives through a collection goes by all that its
// process did before. Prints how many of twenty answers live on, after each was followed by small collections:
// by our client, and by a bare connection, for there are versions of Node that keep what any connection read.

const PAGE = 'x'.repeat(60 * 1024);
const server = await serve((_request, response) => void response.end(PAGE));

async function kept(ask: () => Promise<unknown>): Promise<number> {
  const askOften = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      await ask();
      await turn();
      // What lives through both is in old space, and stays until all of that is looked through.
      for (const type of ['minor', 'minor'] as const) gc?.({ type, execution: 'sync' });
    }
  };
  await askOften(5);
  const before = process.memoryUsage().arrayBuffers;
  await askOften(20);
  return (process.memoryUsage().arrayBuffers - before) / PAGE.length;
}

const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
await once(socket, 'connect');
let left = 0;
let tell = (): void => undefined;
socket.on('data', ({ length }) => {
  left -= length;
  if (left <= 0) tell();
});
const bare = await kept(() => {
  left = PAGE.length;
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return new Promise<void>((resolve) => (tell = resolve));
});
socket.destroy();

const client = createHttpClient(httpConfig());
const ours = await kept(() => client.request(asked(server.url)));
console.log(JSON.stringify({ ours, bare }));
await client.close();
await server.close();
