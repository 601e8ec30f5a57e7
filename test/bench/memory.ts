import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAnalyst } from '../../src/analysis/analyst.ts';
import type { Analyst, Folded } from '../../src/analysis/analyst.ts';
import { CELLS } from '../../src/growth/cells.ts';
import { NO_READINGS, observeKinds } from '../../src/kind/kind-history.ts';
import type { KindHistory } from '../../src/kind/kind-history.ts';
import { MemoryHistory } from '../../src/memory/memory-history.ts';
import { parseMetricsPage } from '../../src/memory/metrics-page.ts';
import { memoryInUse } from '../../src/memory/reading.ts';
import { Recent } from '../../src/memory/recent.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { fullHistories, POLLS, pollOf, RULES, type Full } from './full-histories.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const READ_EVERY_MS = 15_000;
/** As many fill the cells of readings and the points of the last hour. */
const READINGS = 250;
const REPLICAS = 10;

/**
 * What thousands of targets take: full histories in the daemon's own analysis thread, and beside them
 * what the main thread keeps of each target.
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
  const full = fullHistories(stacks);
  const start = rss();
  const before = inUse();
  const kept = keepReadings(targets);
  const readingsBytes = inUse() - before;
  const analyst = startAnalyst();
  let last: Folded | undefined;
  for (let target = 0; target < targets; target++) {
    last = await open(analyst, target, full[target % full.length]!);
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
    readingsBytesPerTarget: Math.round(readingsBytes / targets),
    packed: held.packed,
    packedBytesPerTarget: Math.round(held.packedBytes / Math.max(1, held.packed)),
    open: held.open,
    rssBytesPerTarget: Math.round((rss() - start) / targets),
  };
  console.log(JSON.stringify(line));
  explain(line, kept.length);
  await analyst.close();
}

/** By way of a snapshot, as after a restart of the daemon, and another profile. */
function open(analyst: Analyst, target: number, { snapshot, next }: Full): Promise<Folded> {
  const past = { snapshot: async () => snapshot, after: async function* () {} };
  return analyst.fold(`target-${target}`, pollOf(POLLS, next, Math.floor(target / REPLICAS)), past);
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
    const recent = new Recent();
    let kinds: KindHistory = NO_READINGS;
    for (let at = 0; at < READINGS; at++) {
      const reading = parseMetricsPage(page, READ_EVERY_MS * at);
      memory.add(reading);
      recent.add({ at: reading.at, bytes: memoryInUse(reading).bytes });
      kinds = observeKinds(kinds, reading, rules).history;
      metrics.readingDone(name, 'success', 0.001);
      metrics.targetMemory(name, reading);
    }
    metrics.targetState(name, 'quiet');
    return { memory, recent, kinds, metrics };
  });
}

function explain(line: Readonly<Record<string, number>>, targets: number): void {
  console.error(
    `  ${line['rssMiB']} MiB for ${targets} targets: ${line['startMiB']} MiB of Node and the program,`,
  );
  console.error(`  ${line['readingsBytesPerTarget']} bytes a target for readings and metrics,`);
  console.error(`  ${line['packedBytesPerTarget']} bytes a target for its packed history,`);
  console.error(
    `  the rest for ${line['open']} open histories and the room of two garbage collectors`,
  );
}

/** What is alive, in the heap and beside it. */
function inUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function rss(): number {
  return process.memoryUsage.rss();
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

await measureMemory(process.argv.slice(2));
