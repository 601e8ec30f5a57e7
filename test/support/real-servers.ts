import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';

/** A real server of somebody else's, running on loopback. */
export interface RealServer {
  readonly name: string;
  /** Where its `/debug/pprof` is. */
  readonly url: string;
  /** One small piece of everyday traffic. */
  load(): Promise<void>;
  stop(): Promise<void>;
}

/** Ports that were free a moment ago; servers that cannot choose one themselves need them told. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export async function startPrometheus(scraped: string): Promise<RealServer> {
  const [port = 0] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), 'heapwarden-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: heapwarden
    static_configs: [{ targets: ['${scraped}'] }]
  - job_name: prometheus
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = run('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  return {
    name: 'prometheus',
    url,
    load: async () => void (await fetch(`${url}/api/v1/query?query=up`)).body?.cancel(),
    stop,
  };
}

export async function startEtcd(): Promise<RealServer> {
  const [client, peer] = await freePorts(2);
  const folder = await mkdtemp(join(tmpdir(), 'heapwarden-etcd-'));
  const url = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const stop = run('etcd', [
    `--data-dir=${folder}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--enable-pprof',
    '--auto-compaction-mode=revision',
    '--auto-compaction-retention=500',
  ]);
  let turn = 0;
  return {
    name: 'etcd',
    url,
    load: async () => {
      turn += 1;
      const key = btoa(`key-${turn % 50}`);
      const body = JSON.stringify({ key, value: btoa('v'.repeat(100)) });
      await (await fetch(`${url}/v3/kv/put`, { method: 'POST', body })).body?.cancel();
    },
    stop,
  };
}

export async function startNats(): Promise<RealServer> {
  const [port = 0, profiling] = await freePorts(2);
  const stop = run('nats-server', [
    '-a',
    '127.0.0.1',
    '-p',
    `${port}`,
    '--profile',
    `${profiling}`,
  ]);
  return {
    name: 'nats',
    url: `http://127.0.0.1:${profiling}`,
    load: async () => {
      const socket = connect(port, '127.0.0.1');
      socket.resume();
      socket.end('CONNECT {"verbose":false}\r\nSUB news 1\r\nPUB news 5\r\nhello\r\nPING\r\n');
      await once(socket, 'close');
    },
    stop,
  };
}

/** Starts a program and resolves its `stop`; what it prints is thrown away. */
function run(command: string, args: readonly string[]): () => Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
