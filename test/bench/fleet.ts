import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDaemon } from '../support/daemon.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { startProgram } from '../support/go.ts';
import { until } from '../support/until.ts';
import { buildGoProgram } from './go-peer.ts';
import { cpuSeconds, residentBytes } from './process-cost.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const UNIT = join(FIXTURES, '../systemd/heapwarden.service');
const INTERVAL_SECONDS = 15;
const CAPTURED_SHARE = 0.02;
/** After the first round, in which each target is captured once: until what that left is packed and collected. */
const SETTLE_MS = 30_000;
/** How often prom-client looks at the event loop; its figures are the time between two looks. */
const LOOK_MS = 10;

interface Running {
  readonly pid: number;
  readonly agent: string;
}

interface Plan {
  readonly targets: number;
  readonly seconds: number;
  readonly besidePrometheus: boolean;
}

/**
 * Thousands of services in one Go process, each read every 15 seconds by the built daemon, which captures
 * a profile of 2% of them every minute, and by Prometheus, where it is, from the same pages. All
 * processor time of the daemon counts as the cost of its readings: captures, verdicts and files too,
 * and nothing is taken off for what it does when idle. The same goes for Prometheus, which keeps what it
 * read.
 */
export async function benchFleet(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '60' },
    },
  });
  const [targets, seconds] = [Number(values.targets), Number(values.seconds)];
  const figures = await measureFleet({ targets, seconds, besidePrometheus: true });
  if (figures === undefined) return console.error('skipped: needs go on the path');
  for (const cost of figures.costs) console.log(JSON.stringify({ targets, seconds, ...cost }));
  console.log(JSON.stringify(figures.whole));
  if (figures.costs.length < 2) console.error('  no prometheus here: nothing to compare with');
}

/** `undefined` where the services cannot be built. */
export async function measureFleet(
  plan: Plan,
): Promise<Awaited<ReturnType<typeof watch>> | undefined> {
  const { targets, besidePrometheus } = plan;
  const binary = buildGoProgram(join(FIXTURES, 'programs/fleet'));
  if (binary === undefined) return undefined;
  const page = join(FIXTURES, 'readings/metrics-client_golang-1.23-go1.26.txt');
  const profiles = join(FIXTURES, 'demo/warmcache');
  const fleet = await startProgram(binary, ['-page', page, '-profiles', profiles]);
  const folder = await mkdtemp(join(tmpdir(), 'heapwarden-fleet-'));
  const prometheus = besidePrometheus
    ? await startPrometheus(fleet.url, targets, folder)
    : undefined;
  const environment = await unitEnvironment();
  const daemon = await startDaemon(configOf(fleet.url, targets, folder), folder, { environment });
  try {
    return await watch(fleet.url, { daemon, prometheus }, plan);
  } finally {
    await daemon.stop();
    prometheus?.stop();
    await fleet.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function watch(
  url: string,
  {
    daemon,
    prometheus,
  }: { readonly daemon: RunningDaemon; readonly prometheus: Running | undefined },
  { targets, seconds }: Plan,
) {
  const all = [{ pid: daemon.pid, agent: 'heapwarden' }, ...(prometheus ? [prometheus] : [])];
  // The first round reads each target and captures each once, for normal times are to be known too.
  await until('each target was read and captured once', 600_000, async () => {
    const { served } = await look(url, all);
    const got = (what: string): boolean => (served[what] ?? 0) >= targets;
    return (got('heapwarden') && got('heapwarden profiles')) || undefined;
  });
  await sleep(SETTLE_MS);
  await metricsOf(daemon);
  const before = await look(url, all);
  const failuresBefore = await failures(daemon);
  await sleep(1_000 * seconds);
  const after = await look(url, all);
  const page = await metricsOf(daemon);
  const ms = after.at - before.at;
  const costs = all.map(({ agent, pid }, index) => {
    const cpu = (after.cpu[index] ?? NaN) - (before.cpu[index] ?? NaN);
    const pages = (after.served[agent] ?? 0) - (before.served[agent] ?? 0);
    const resident = residentBytes(pid);
    return {
      of: agent,
      pages,
      cpuSecondsPerThousand: rounded((1_000 * cpu) / pages),
      coreShare: rounded((1_000 * cpu) / ms),
      rssMiB: mib(resident.now),
      rssMostMiB: mib(resident.most),
    };
  });
  const [ours, theirs] = costs;
  const due = Math.round((targets * ms) / (1_000 * INTERVAL_SECONDS));
  const captures = count(after, before, 'heapwarden profiles');
  const lag = sample(page, 'nodejs_eventloop_lag_p99_seconds');
  const whole = {
    targets,
    readingsDue: due,
    readingsMissing: Math.max(0, due - (ours?.pages ?? 0)),
    readingsFailed: (await failures(daemon)) - failuresBefore,
    captures,
    eventLoopP99Ms: rounded(1_000 * lag - LOOK_MS),
    ofPrometheus:
      theirs && rounded((ours?.cpuSecondsPerThousand ?? NaN) / theirs.cpuSecondsPerThousand),
  };
  return { costs, whole };
}

interface Seen {
  readonly at: number;
  readonly served: Readonly<Record<string, number>>;
  readonly cpu: readonly number[];
}

async function look(url: string, all: readonly Running[]): Promise<Seen> {
  const served = (await (await fetch(`${url}/served`)).json()) as Record<string, number>;
  return { at: performance.now(), served, cpu: all.map(({ pid }) => cpuSeconds(pid)) };
}

function count(after: Seen, before: Seen, what: string): number {
  return (after.served[what] ?? 0) - (before.served[what] ?? 0);
}

async function metricsOf({ url }: RunningDaemon): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

async function failures(daemon: RunningDaemon): Promise<number> {
  return sample(await metricsOf(daemon), 'heapwarden_readings_total{outcome="failure"}');
}

function sample(page: string, name: string): number {
  const line = page.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? NaN);
}

/** 2% of the targets are above their threshold; of the others no capture is due within the benchmark. */
function configOf(url: string, targets: number, folder: string): string {
  const often = Math.ceil(targets * CAPTURED_SHARE);
  const each = (target: number): string => {
    const trigger = target < often ? ', trigger: { above: 1KiB }' : '';
    return `  - { name: service-${target}, url: '${url}/${target}'${trigger} }`;
  };
  return `
web: { listen_address: 127.0.0.1:0 }
storage: { path: ${JSON.stringify(join(folder, 'data'))} }
target_defaults:
  reading: { source: metrics, interval: ${INTERVAL_SECONDS}s, timeout: 5s }
  trigger: { above: 1000GiB, growth_per_hour: 1000GiB }
  capture: { interval: 60s, baseline_interval: 7d, timeout: 10s }
targets:
${Array.from({ length: targets }, (_, target) => each(target)).join('\n')}
route: { receiver: nobody }
receivers: [{ name: nobody, webhook_configs: [{ url: '${url}/hook' }] }]
`;
}

/** As the unit starts the daemon: what it sets has its part in the memory that is taken. */
async function unitEnvironment(): Promise<Record<string, string>> {
  const unit = await readFile(UNIT, 'utf8');
  const set = [...unit.matchAll(/^Environment=([A-Z_]+)=(.*)$/gm)];
  if (set.length === 0)
    throw new Error(`${UNIT} sets no Environment=, which is part of the figure`);
  return Object.fromEntries(set.map(([, name = '', value = '']) => [name, value]));
}

async function startPrometheus(
  url: string,
  targets: number,
  folder: string,
): Promise<(Running & { readonly stop: () => void }) | undefined> {
  const config = join(folder, 'prometheus.yml');
  const { host } = new URL(url);
  const each = (target: number): string =>
    `      - { targets: ['${host}'], labels: { __metrics_path__: /${target}/metrics, service: '${target}' } }`;
  const jobs = Array.from({ length: targets }, (_, target) => each(target)).join('\n');
  await writeFile(
    config,
    `global: { scrape_interval: ${INTERVAL_SECONDS}s }
scrape_configs:
  - job_name: fleet
    static_configs:
${jobs}
`,
  );
  const listen = `--web.listen-address=127.0.0.1:${await freePort()}`;
  const tsdb = `--storage.tsdb.path=${join(folder, 'tsdb')}`;
  const child = spawn('prometheus', [`--config.file=${config}`, listen, tsdb], { stdio: 'ignore' });
  const started = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  if (!started || child.pid === undefined) return undefined;
  return { pid: child.pid, agent: 'Prometheus', stop: () => void child.kill('SIGKILL') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
