import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAnalyst } from '../../src/analysis/analyst.ts';
import type { Analyst, Work } from '../../src/analysis/analyst.ts';
import { CELLS } from '../../src/growth/cells.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { steadyPolls, withLiveStacks } from './steady-polls.ts';

/** A history with all its cells full, as it is saved, and the profile that comes next. */
export interface Full {
  readonly snapshot: Uint8Array;
  readonly next: Uint8Array;
}

const PROFILE = join(import.meta.dirname, '../../../fixtures/bench/heap-20000-after.pb.gz');
/** Processes that differ; each target has the history of one of them. */
const PROCESSES = 4;
export const POLLS = CELLS + 30;
export const RULES = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 4 * 2 ** 20 };

/** Made poll by poll, in a process of its own: what making them takes is no cost of the daemon. */
export function fullHistories(stacks: number): readonly Full[] {
  const folder = mkdtempSync(join(tmpdir(), 'heapwarden-histories-'));
  try {
    const args = [import.meta.filename, folder, String(stacks)];
    const { status } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error('the histories could not be made');
    return Array.from({ length: PROCESSES }, (_, process) => ({
      snapshot: readFileSync(join(folder, `${process}.history`)),
      next: readFileSync(join(folder, `${process}.profile`)),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One poll of a target; targets of one service are replicas. */
export function pollOf(poll: number, bytes: Uint8Array, service: number): Work {
  return {
    capture: { bytes, at: 60_000 * (poll + 1), startedAt: undefined },
    rules: { ...RULES, ownPackages: ['example.com/shop'], service: `service-${service}` },
  };
}

async function make(analyst: Analyst, seed: number, stacks: number): Promise<Full> {
  const profile = withLiveStacks(decodeProfile(readFileSync(PROFILE)), stacks);
  const name = `process-${seed}`;
  let next: Uint8Array = new Uint8Array();
  let poll = 0;
  for (next of steadyPolls(profile, { polls: POLLS, seed: 10 * seed })) {
    const nothing = { snapshot: async () => undefined, after: async function* () {} };
    await analyst.fold(name, pollOf(poll++, next, seed), nothing);
  }
  const snapshot = await analyst.snapshot(name);
  if (snapshot === undefined) throw new Error('no snapshot');
  return { snapshot, next };
}

async function makeAll(folder: string, stacks: number): Promise<void> {
  const analyst = startAnalyst();
  for (let seed = 0; seed < PROCESSES; seed++) {
    const { snapshot, next } = await make(analyst, seed, stacks);
    writeFileSync(join(folder, `${seed}.history`), snapshot);
    writeFileSync(join(folder, `${seed}.profile`), next);
  }
  await analyst.close();
}

const [, called, folder, stacks] = process.argv;
if (called === import.meta.filename && folder !== undefined) await makeAll(folder, Number(stacks));
