import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient } from '../../src/target/http-client.ts';
import { captureHeap } from '../../src/target/capture.ts';
import { httpConfig } from '../support/http-config.ts';
import { startProgram } from '../support/go.ts';
import { buildGoProgram } from './go-peer.ts';
import { median } from './median.ts';
import { threadsMs } from './process-cost.ts';

const PROGRAM = join(import.meta.dirname, '../../../fixtures/programs/ballast');
/** In a second, so that they stand out from what the tick costs. */
const CAPTURES = 20;
const CAPTURE = { intervalMs: 60_000, baselineIntervalMs: 600_000, timeoutMs: 30_000 };

/**
 * What captures cost the target: a Go service whose live heap is large, with a goroutine that wakes every
 * millisecond and notes how late it was. Each round is a second with 20 captures, as heapwarden makes
 * them, and a second without; what is told is of one.
 */
export async function benchCost(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mib: { type: 'string', default: '1024' },
      rounds: { type: 'string', default: '15' },
    },
  });
  const binary = buildGoProgram(PROGRAM);
  if (binary === undefined) return console.error('skipped: needs go on the path');
  const service = await startProgram(binary, ['-mib', values.mib]);
  const client = createHttpClient(httpConfig());
  try {
    const capture = () =>
      captureHeap(
        client,
        { url: service.url, capture: { ...CAPTURE, maxBytes: 2 ** 26, gc: 'never' } },
        { forceGc: false, signal: new AbortController().signal },
      );
    await capture();
    const rounds = { with: [] as Second[], without: [] as Second[] };
    for (let round = 0; round < Number(values.rounds); round++) {
      rounds.without.push(await second(service, async () => new Uint8Array()));
      rounds.with.push(await second(service, () => many(capture)));
    }
    const of = (name: keyof Second) => ({
      with: rounded(median(rounds.with.map((each) => each[name]))),
      without: rounded(median(rounds.without.map((each) => each[name]))),
    });
    const line = {
      heapMiB: Number(values.mib),
      profileBytes: of('profileBytes').with,
      cpuMsPerCapture: rounded((of('cpuMs').with - of('cpuMs').without) / CAPTURES),
      latestTickMs: of('latestTickMs'),
    };
    console.log(JSON.stringify(line));
    const { with: late, without: usual } = line.latestTickMs;
    console.error(
      `  one capture costs the target ${line.cpuMsPerCapture} ms of processor time; in a second with ${CAPTURES} of them the latest tick was ${late} ms late, without them ${usual} ms`,
    );
  } finally {
    await client.close();
    await service.stop();
  }
}

async function many(capture: () => Promise<Uint8Array>): Promise<Uint8Array> {
  let last: Uint8Array = new Uint8Array();
  for (let count = 0; count < CAPTURES; count++) last = await capture();
  return last;
}

interface Second {
  readonly cpuMs: number;
  readonly latestTickMs: number;
  readonly profileBytes: number;
}

async function second(
  { url, pid }: { readonly url: string; readonly pid: number },
  work: () => Promise<Uint8Array>,
): Promise<Second> {
  // Each answer begins the next measurement.
  await fetch(`${url}/latest`).then((response) => response.text());
  const before = threadsMs(pid);
  const [bytes] = await Promise.all([work(), sleep(1_000)]);
  const latest = await fetch(`${url}/latest`).then((response) => response.text());
  const cpuMs = threadsMs(pid) - before;
  return { cpuMs, latestTickMs: Number(latest) / 1e6, profileBytes: bytes.length };
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
