import { readFile } from 'node:fs/promises';
import { parseConfig } from '../../src/config/load.ts';
import { parseMetricsPage } from '../../src/memory/metrics-page.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { openStore } from '../../src/store/store.ts';
import { TargetRecords } from '../../src/store/target-records.ts';
import { NOTHING_WATCHED, withReading, type Judging } from '../../src/watch/kind-watch.ts';
import { saveKinds } from '../../src/watch/saved-kinds.ts';
import { createLog } from '../../src/runtime/log.ts';

/** So many fill the cells that kinds of growth are judged by. */
const READINGS = 480;

/**
 * Writes down for each target of a configuration what the daemon would know of it had it read its page for two
 * hours: readings of a process that is known for long are judged, and those of a new one are not yet.
 */
export async function writeAgedRecords(
  config: string,
  folder: string,
  page: string,
): Promise<void> {
  const { storage, targets } = parseConfig(config, { file: `${folder}/bench.yaml`, env: {} });
  const [first] = targets;
  if (first === undefined) throw new Error('a fleet of no targets');
  const everyMs = first.reading.intervalMs;
  const from = Date.now() - READINGS * everyMs;
  const newest = parseMetricsPage(await readFile(page, 'utf8'), 0);
  const readings = Array.from({ length: READINGS }, (_, index) =>
    wavering({ ...newest, at: from + index * everyMs }, index),
  );
  const kinds = saveKinds(watched(readings, first));
  const log = createLog('silent');
  const store = await openStore(storage, log);
  const records = new TargetRecords(store, log);
  for (const { name } of targets) {
    const record = await records.restore(name);
    for (const reading of readings) record.memory.add(reading);
    record.kinds = kinds;
    await records.save(name, Date.now());
  }
  await store.close();
}

function watched(readings: readonly Reading[], config: Judging) {
  return readings.reduce((kinds, reading) => withReading(kinds, reading, config), NOTHING_WATCHED);
}

/** Garbage comes and goes: up to a fifth above what the page tells. */
function wavering(reading: Reading, index: number): Reading {
  const heapAllocBytes = reading.heapAllocBytes * (1 + (0.2 * ((index * 7) % 10)) / 10);
  return { ...reading, heapAllocBytes: Math.round(heapAllocBytes) };
}
