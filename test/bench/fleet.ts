import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDaemon } from '../support/daemon.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { startProgram } from '../support/go.ts';
import { Resources } from '../support/resources.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { writeAgedRecords } from './aged-records.ts';
import { buildGoProgram } from './go-peer.ts';
import { startBareClients, startPrometheus } from './peers.ts';
import type { Peer, Running } from './peers.ts';
import { cpuSeconds, residentBytes } from './process-cost.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const UNIT = join(FIXTURES, '../systemd/heapwarden.service');
/** What a Go service has that counts nothing of its own: 44 samples in 8 kB. */
const SMALLEST_PAGE = join(FIXTURES, 'readings/metrics-client_golang-1.23-go1.26.txt');
const INTERVAL_SECONDS = 15;
const CAPTURED_SHARE = 0.02;
/** After so many readings of a daemon's own the growth of a target's memory is judged with each further one. */
const JUDGED_AFTER = 11;
/** How often prom-client looks at the event loop; its figures are the time between two looks. */
const LOOK_MS = 10;

interface Plan {
  readonly targets: number;
  readonly seconds: number;
  readonly besidePrometheus: boolean;
  /** Also beside clients that only ask, to see what of the cost is theirs. */
  readonly besideBare?: boolean;
  /** The file of the `/metrics` page that each target serves. */
  readonly page?: string;
}

/**
 * Thousands of services in one Go process, each read every 15 seconds by the built daemon, which captures
 * a profile of 2% of them every minute, and by Prometheus, where it is, from the same pages. All
 * processor time of the daemon counts as the cost of its readings: captures, verdicts and files too,
 * and nothing is taken off for what it does when idle. The same goes for Prometheus, which keeps what it
 * read. The daemon knows its targets for two hours, and has read them for some minutes: what a process costs
 * for the rest of its life begins after that.
 */
export async function benchFleet(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '60' },
      bare: { type: 'boolean', default: false },
      page: { type: 'string', default: SMALLEST_PAGE },
    },
  });
  const [targets, seconds] = [Number(values.targets), Number(values.seconds)];
  const figures = await measureFleet({
    targets,
    seconds,
    besidePrometheus: true,
    besideBare: values.bare,
    page: values.page,
  });
  if (figures === undefined) return console.error('skipped: needs go on the path');
  const page = basename(values.page);
  for (const cost of figures.costs)
    console.log(JSON.stringify({ targets, seconds, page, ...cost }));
  console.log(JSON.stringify(figures.whole));
  if (figures.whole.ofPrometheus === undefined)
    console.error('  no prometheus here: nothing to compare with');
}

/** `undefined` where the services cannot be built. */
export async function measureFleet(
  plan: Plan,
): Promise<Awaited<ReturnType<typeof watch>> | undefined> {
  const { targets, besidePrometheus, page = SMALLEST_PAGE } = plan;
  const binary = buildGoProgram(join(FIXTURES, 'programs/fleet'));
  if (binary === undefined) return undefined;
  const profiles = join(FIXTURES, 'demo/warmcache');
  const resources = new Resources();
  const stopped = <Started extends { stop(): unknown }>(started: Started): Started => {
    resources.add({ close: async () => void (await started.stop()) });
    return started;
  };
  try {
    const fleet = stopped(await startProgram(binary, ['-page', page, '-profiles', profiles]));
    const folder = tempFolder('fleet');
    resources.add({ close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) });
    const asked = { url: fleet.url, targets, intervalSeconds: INTERVAL_SECONDS };
    const prometheus = besidePrometheus ? await startPrometheus(asked, folder) : undefined;
    const bare = plan.besideBare ? await startBareClients(asked) : [];
    const peers = [...(prometheus ? [prometheus] : []), ...bare].map((peer) => stopped(peer));
    const environment = await unitEnvironment();
    const config = configOf(fleet.url, targets, folder);
    await writeAgedRecords(config, folder, page);
    const daemon = stopped(await startDaemon(config, folder, { environment }));
    return await watch(fleet.url, { daemon, peers }, plan);
  } finally {
    await resources.closeAll();
  }
}

async function watch(
  url: string,
  { daemon, peers }: { readonly daemon: RunningDaemon; readonly peers: readonly Peer[] },
  { targets, seconds }: Plan,
) {
  const all = [{ pid: daemon.pid, agent: 'heapwarden' }, ...peers];
  const minutes = Math.ceil((JUDGED_AFTER * INTERVAL_SECONDS + seconds) / 60);
  console.error(
    `  ${targets} targets, read ${JUDGED_AFTER} times before, ${minutes} minutes or more …`,
  );
  // The first round reads each target and captures each once, for normal times are to be known too.
  await until('each target was captured once, and read often enough', 900_000, async () => {
    const { served } = await look(url, all);
    const got = (what: string): number => (served[what] ?? 0) / targets;
    return (got('heapwarden') >= JUDGED_AFTER && got('heapwarden profiles') >= 1) || undefined;
  });
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
  const ours = costs[0];
  const theirs = costs.find(({ of }) => of === 'Prometheus');
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

function rounded(value: number): number {
  return Number(value.toFixed(3));
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
