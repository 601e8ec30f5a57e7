import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AddressInfo } from 'node:net';
import { tempFolder } from './temp-folder.ts';

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

/** Scrapes the daemon at `scraped` and itself every second; where that is empty, nothing. */
export async function startPrometheus(scraped = ''): Promise<RealServer> {
  const [port = 0] = await freePorts(1);
  const folder = tempFolder('prometheus');
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    scraped === ''
      ? ''
      : `global: { scrape_interval: 1s }
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
  const folder = tempFolder('etcd');
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

/** Debian's Alertmanager: told of the same fifty alerts again and again, to a receiver without an address. */
export async function startAlertmanager(): Promise<RealServer> {
  const [port = 0] = await freePorts(1);
  const folder = tempFolder('alertmanager');
  const config = join(folder, 'alertmanager.yml');
  await writeFile(config, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const url = `http://127.0.0.1:${port}`;
  const stop = run('prometheus-alertmanager', [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  let turn = 0;
  return {
    name: 'alertmanager',
    url,
    load: async () => {
      turn += 1;
      const labels = { alertname: 'Load', instance: `instance-${turn % 50}` };
      const body = JSON.stringify([{ labels, annotations: { turn: `${turn}` } }]);
      const headers = { 'content-type': 'application/json' };
      await send(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
      await send(`${url}/api/v2/alerts`, {});
    },
    stop,
  };
}

const PUSHGATEWAY = join(import.meta.dirname, '../../../test/system/pushgateway');

/** Builds the Pushgateway, which the module proxy is asked for where it is not there yet. */
export async function buildPushgateway(): Promise<string> {
  const binary = join(tempFolder('pushgateway'), 'pushgateway');
  const env = { ...process.env, GOFLAGS: '-buildvcs=false -mod=mod' };
  const args = ['build', '-o', binary, 'github.com/prometheus/pushgateway'];
  await promisify(execFile)('go', args, { cwd: PUSHGATEWAY, env });
  return binary;
}

/** Fifty groups of metrics are pushed again and again, and read at times. */
export async function startPushgateway(binary: string): Promise<RealServer> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const stop = run(binary, [`--web.listen-address=127.0.0.1:${port}`]);
  let turn = 0;
  return {
    name: 'pushgateway',
    url,
    load: async () => {
      turn += 1;
      const metrics = Array.from({ length: 20 }, (_, i) => `load_${i}{turn="now"} ${turn}\n`);
      const group = `${url}/metrics/job/load/instance/${turn % 50}`;
      await send(group, { method: 'PUT', body: metrics.join('') });
      if (turn % 10 === 0) await send(`${url}/metrics`, {});
    },
    stop,
  };
}

async function send(url: string, request: RequestInit): Promise<void> {
  await (await fetch(url, request)).arrayBuffer();
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
