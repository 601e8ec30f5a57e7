import { setImmediate as turn } from 'node:timers/promises';
import { createHttpClient } from '../../src/target/http-client.ts';
import { httpConfig } from './http-config.ts';
import { asked } from './http-requests.ts';
import { serve } from './http-server.ts';

// A program of its own, run with `--expose-gc`, since what lives through a collection goes by all that its
// process did before. Prints how many of twenty answers live on, after each was followed by small collections.

const page = Buffer.alloc(60 * 1024, 'x');
const client = createHttpClient(httpConfig());
const server = await serve((_request, response) => void response.end(page));

async function ask(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await client.request(asked(server.url));
    await turn();
    // What lives through both is in old space, and stays until all of that is looked through.
    for (const type of ['minor', 'minor'] as const) gc?.({ type, execution: 'sync' });
  }
}

await ask(5);
const before = process.memoryUsage().arrayBuffers;
await ask(20);
console.log((process.memoryUsage().arrayBuffers - before) / page.length);
await client.close();
await server.close();
