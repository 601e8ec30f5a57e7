import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAnalyst } from '../../src/analysis/analyst.ts';
import type { Analyst, Folded, Past } from '../../src/analysis/analyst.ts';
import { CELLS } from '../../src/growth/cells.ts';
import { NO_READINGS, observeKinds } from '../../src/kind/kind-history.ts';
import type { KindHistory } from '../../src/kind/kind-history.ts';
import { MemoryHistory } from '../../src/memory/memory-history.ts';
import { parseMetricsPage } from '../../src/memory/metrics-page.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { steadyPolls, withLiveStacks } from './steady-polls.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const RULES = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20 };
const READ_EVERY_MS = 15_000;
/** As many fill the cells of readings. */
const READINGS = 160;
/** Processes that differ; each target has the history of one of them. */
const PROCESSES = 4;
const REPLICAS = 10;
const NO_PAST: Past = { snapshot: async () => undefined, after: async function* () {} };

/**
 * What thousands of targets take: full histories in the daemon's own analysis thread, and beside them
 * what the main thread keeps of each target. A history is made full poll by poll, and each target gets
 * one by way of a snapshot, as after a restart of the daemon, and another profile.
 */
async function measureMemory(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: 'string', default: '1000' },
      stacks: { type: 'string', default: '2000' },
    },
  });
  const [targets, stacks] = [Number(values.targets), Number(values.stacks)];
  const start = rss();
  const kept = keepReadings(targets);
  globalThis.gc?.();
  const afterMain = rss();
  const analyst = startAnalyst();
  const full = await fullHistories(analyst, stacks);
  const one = rss();
  let last: Folded | undefined;
  for (let target = 0; target < targets; target++) {
    last = await open(analyst, `target-${target}`, full[target % full.length]!);
  }
  globalThis.gc?.();
  if (last?.kind !== 'found') throw new Error('no finding');
  const { held, finding } = last;
  const line = {
    targets,
    stacks,
    stacksEverSeen: finding.profile.stacks,
    cells: CELLS,
    rssMiB: mib(rss()),
    startMiB: mib(start),
    readingsBytesPerTarget: Math.round((afterMain - start) / targets),
    packed: held.packed,
    packedBytesPerTarget: Math.round(held.packedBytes / Math.max(1, held.packed)),
    open: held.open,
    rssBytesPerTarget: Math.round((rss() - start) / targets),
  };
  console.log(JSON.stringify(line));
  explain(line, { oneMiB: mib(one - afterMain), kept: kept.length });
  await analyst.close();
}

interface Full {
  readonly snapshot: Uint8Array;
  readonly next: Uint8Array;
}

const POLLS = CELLS + 30;

async function fullHistories(analyst: Analyst, stacks: number): Promise<readonly Full[]> {
  const file = join(FIXTURES, 'bench/heap-20000-after.pb.gz');
  const profile = withLiveStacks(decodeProfile(readFileSync(file)), stacks);
  const full: Full[] = [];
  for (let seed = 0; seed < PROCESSES; seed++) {
    const name = `process-${seed}`;
    let next: Uint8Array = new Uint8Array();
    let poll = 0;
    for (next of steadyPolls(profile, { polls: POLLS, seed: 10 * seed })) {
      await analyst.fold(name, { capture: captureAt(poll++, next), rules: rulesOf(seed) }, NO_PAST);
    }
    const snapshot = await analyst.snapshot(name);
    if (snapshot === undefined) throw new Error('no snapshot');
    full.push({ snapshot, next });
    await analyst.forget(name);
  }
  return full;
}

function open(analyst: Analyst, name: string, { snapshot, next }: Full): Promise<Folded> {
  const past = { ...NO_PAST, snapshot: async () => snapshot };
  const target = Number(name.split('-')[1]);
  const work = { capture: captureAt(POLLS, next), rules: rulesOf(Math.floor(target / REPLICAS)) };
  return analyst.fold(name, work, past);
}

function captureAt(poll: number, bytes: Uint8Array) {
  return { bytes, at: 60_000 * (poll + 1), startedAt: undefined };
}

function rulesOf(service: number) {
  return { ...RULES, ownPackages: ['example.com/shop'], service: `service-${service}` };
}

/** What the main thread keeps of readings, as long as the targets are watched. */
function keepReadings(targets: number): readonly unknown[] {
  const page = readFileSync(
    join(FIXTURES, 'readings/metrics-client_golang-1.23-go1.26.txt'),
    'utf8',
  );
  const metrics = createMetrics({ version: 'bench' });
  const rules = { ...RULES, profileEveryMs: 60_000 };
  return Array.from({ length: targets }, (_, target) => {
    const name = `target-${target}`;
    const memory = new MemoryHistory();
    let kinds: KindHistory = NO_READINGS;
    for (let at = 0; at < READINGS; at++) {
      const reading = parseMetricsPage(page, READ_EVERY_MS * at);
      memory.add(reading);
      kinds = observeKinds(kinds, reading, rules).history;
      metrics.readingDone(name, 'success', 0.001);
      metrics.targetMemory(name, reading);
    }
    metrics.targetState(name, 'quiet');
    return { memory, kinds, metrics };
  });
}

function explain(
  line: Readonly<Record<string, number>>,
  { oneMiB, kept }: { readonly oneMiB: number; readonly kept: number },
): void {
  console.error(
    `  ${line['rssMiB']} MiB for ${kept} targets: ${line['startMiB']} MiB of Node and the program,`,
  );
  console.error(`  ${line['readingsBytesPerTarget']} bytes a target for readings and metrics,`);
  console.error(`  ${line['packedBytesPerTarget']} bytes a target for its packed history,`);
  console.error(
    `  the rest for ${line['open']} open histories and the room of two garbage collectors`,
  );
  console.error(
    `  (it was ${oneMiB} MiB with ${PROCESSES} histories made, before any target had one)`,
  );
}

function rss(): number {
  return process.memoryUsage.rss();
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

await measureMemory(process.argv.slice(2));
