import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A process that reads the pages of a fleet, by the name that it gives to the services. */
export interface Running {
  readonly pid: number;
  readonly agent: string;
}

export interface Peer extends Running {
  readonly stop: () => void;
}

interface Fleet {
  readonly url: string;
  readonly targets: number;
  readonly intervalSeconds: number;
}

/** Debian's Prometheus; `undefined` where it is not there. */
export async function startPrometheus(
  { url, targets, intervalSeconds }: Fleet,
  folder: string,
): Promise<Peer | undefined> {
  const config = join(folder, 'prometheus.yml');
  const { host } = new URL(url);
  const each = (target: number): string =>
    `      - { targets: ['${host}'], labels: { __metrics_path__: /${target}/metrics, service: '${target}' } }`;
  const jobs = Array.from({ length: targets }, (_, target) => each(target)).join('\n');
  await writeFile(
    config,
    `global: { scrape_interval: ${intervalSeconds}s }
scrape_configs:
  - job_name: fleet
    static_configs:
${jobs}
`,
  );
  const listen = `--web.listen-address=127.0.0.1:${await freePort()}`;
  const tsdb = `--storage.tsdb.path=${join(folder, 'tsdb')}`;
  return start('Prometheus', 'prometheus', [`--config.file=${config}`, listen, tsdb]);
}

/** What asks for the same pages and looks at none: see `bare-client.ts`. */
export async function startBareClients(fleet: Fleet): Promise<readonly Peer[]> {
  const file = join(import.meta.dirname, 'bare-client.js');
  const { url, targets, intervalSeconds } = fleet;
  const clients = ['undici', 'sockets'].map((kind) =>
    start(kind, process.execPath, [file, kind, url, `${targets}`, `${intervalSeconds}`]),
  );
  return (await Promise.all(clients)).filter((client) => client !== undefined);
}

async function start(
  agent: string,
  command: string,
  args: readonly string[],
): Promise<Peer | undefined> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const started = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  if (!started || child.pid === undefined) return undefined;
  return { pid: child.pid, agent, stop: () => void child.kill('SIGKILL') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
