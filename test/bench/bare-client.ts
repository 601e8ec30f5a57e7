import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';

/**
 * What reading pages costs at the least: asks each of so many targets every so many seconds over a
 * connection kept alive and looks at nothing that comes, by undici as the daemon uses it, or by sockets with no
 * HTTP client at all. Its User-Agent is how it does so.
 *
 *   node bare-client.js undici|sockets URL TARGETS INTERVAL_SECONDS
 */
const [kind = '', url = '', targets = '', seconds = ''] = process.argv.slice(2);
const [count, intervalMs] = [Number(targets), 1_000 * Number(seconds)];
/** As often as the daemon looks which of its targets are due. */
const BEAT_MS = 100;
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

type Ask = (target: number) => void;

function byUndici(): Ask {
  const agents: Agent[] = [];
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart: () => undefined,
    onResponseData: () => undefined,
    onResponseEnd: () => undefined,
    onResponseError: (_, error) => {
      throw error;
    },
  };
  return (target) => {
    const agent = (agents[target] ??= new Agent({ connections: 1, keepAliveTimeout: 60_000 }));
    const headers = { 'user-agent': kind };
    agent.dispatch({ origin: url, path: `/${target}/metrics`, method: 'GET', headers }, handler);
  };
}

/** A request while the answer before is still coming would be an error of this client, so it looks for its end. */
function bySockets(): Ask {
  const { hostname, port, host } = new URL(url);
  const sockets: Socket[] = [];
  const waiting = new Set<number>();
  const open = (target: number): Socket => {
    const socket = connect(Number(port), hostname);
    socket.on('data', (bytes: Buffer) => {
      if (bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) waiting.delete(target);
    });
    return socket;
  };
  return (target) => {
    if (waiting.has(target)) throw new Error(`target ${target} has not answered for a whole round`);
    waiting.add(target);
    const socket = (sockets[target] ??= open(target));
    socket.write(`GET /${target}/metrics HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${kind}\r\n\r\n`);
  };
}

const ask = kind === 'undici' ? byUndici() : bySockets();
const startedAt = performance.now();
let asked = 0;
setInterval(() => {
  const due = ((performance.now() - startedAt) * count) / intervalMs;
  for (; asked < due; asked++) ask(asked % count);
}, BEAT_MS);
