import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs, promisify } from 'node:util';
import { constants, createBrotliCompress } from 'node:zlib';
import pLimit from 'p-limit';
import { tempFolder } from '../support/temp-folder.ts';
import {
  CORPUS,
  FLEET,
  MANIFEST,
  MODULES,
  isFixed,
  manifest,
  writeManifest,
} from './record-plan.ts';
import type { ListedCase, PlannedSeries } from './record-plan.ts';
import { packStream } from './record-stream.ts';

const run = promisify(execFile);

/** How each version of Go is called; those of 1.21 and later fetch others themselves. */
const TOOLCHAINS: Readonly<Record<string, { command: string; toolchain: string }>> = {
  '1.27': { command: 'go', toolchain: 'go1.27.1' },
  '1.26': { command: 'go', toolchain: 'go1.26.8' },
  '1.24': { command: 'go', toolchain: 'go1.24.9' },
  '1.22': { command: 'go', toolchain: 'go1.22.12' },
  '1.19': { command: '/usr/lib/go-1.19/bin/go', toolchain: 'local' },
};

/** Builds the program of the corpus with a version of Go, without the network. */
export async function buildFleet(version: string): Promise<string> {
  return build({ version, folder: CORPUS, options: [] });
}

/** Builds a program on a real module; the module proxy is asked for what is not there yet. */
async function buildPair({ program, go, case: name }: PlannedSeries): Promise<string> {
  const options = isFixed(name) ? ['-modfile=fixed.mod'] : [];
  return build({ version: go, folder: join(MODULES, program), options });
}

interface Build {
  readonly version: string;
  readonly folder: string;
  readonly options: readonly string[];
}

async function build({ version, folder, options }: Build): Promise<string> {
  const known = TOOLCHAINS[version];
  if (known === undefined) throw new Error(`record: no Go "${version}"; see TOOLCHAINS`);
  const binary = join(tempFolder('fleet'), 'fleet');
  const flags = { GOTOOLCHAIN: known.toolchain, GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' };
  const env = { ...process.env, ...flags };
  // The folders of this machine are no part of a recording.
  const args = ['build', '-trimpath', ...options, '-o', binary, '.'];
  await run(known.command, args, { cwd: folder, env });
  return binary;
}

/** The cases a built program knows. */
export async function listCases(binary: string): Promise<ListedCase[]> {
  const { stdout } = await run(binary);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [kind, name = ''] = line.split(' ');
      if (kind === 'leak' || kind === 'healthy' || kind === 'ambiguous') return { kind, name };
      throw new Error(`record: the program lists "${line}", which is not KIND NAME`);
    });
}

/** Runs one case and writes its series; a file is there only when it is whole. */
export async function recordSeries(
  binary: string,
  planned: PlannedSeries,
  file: string,
): Promise<void> {
  const child = spawn(binary, flags(planned), { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const compress = createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(packStream(child.stdout)), compress, createWriteStream(partial));
    const [code] = await exited;
    if (code !== 0) throw new Error(`record: ${planned.file} ended with ${String(code)}`);
    await rename(partial, file);
  } finally {
    child.kill('SIGKILL');
  }
}

function flags(planned: PlannedSeries): string[] {
  return Object.entries({
    case: planned.case,
    seed: planned.seed,
    polls: planned.polls,
    rate: planned.rate,
    onset: planned.onset,
    traffic: planned.traffic,
    gogc: planned.gogc,
    'memory-limit': planned.memoryLimit,
    'profile-rate': planned.profileRate,
  }).map(([name, value]) => `-${name}=${value}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      case: { type: 'string', multiple: true, default: [] },
      file: { type: 'string', multiple: true, default: [] },
      missing: { type: 'boolean', default: false },
      plan: { type: 'boolean', default: false },
      parallel: { type: 'string', default: '2' },
    },
  });
  if (values.plan) return writeManifest(await listCases(await buildFleet('1.26')));
  const all = manifest.parse(JSON.parse(await readFile(MANIFEST, 'utf8'))).series;
  const out = resolve(values.out ?? join(tmpdir(), 'heapwarden-corpus'));
  await mkdir(out, { recursive: true });
  const wanted = all
    .filter((each) => values.case.length === 0 || values.case.includes(each.case))
    .filter((each) => values.file.length === 0 || values.file.includes(each.file));
  const missed = await recordAll(wanted, {
    out,
    parallel: Number(values.parallel),
    missing: values.missing,
  });
  if (missed > 0) process.exitCode = 1;
}

interface RecordOptions {
  readonly out: string;
  readonly parallel: number;
  /** Leave alone what is there. */
  readonly missing: boolean;
}

/** Records series side by side; one that fails is told and the others go on. Returns how many failed. */
async function recordAll(
  wanted: readonly PlannedSeries[],
  { out, parallel, missing }: RecordOptions,
): Promise<number> {
  const limit = pLimit(parallel);
  const binaries = new Map<string, Promise<string>>();
  const built = (planned: PlannedSeries): Promise<string> => {
    const { program, go, case: name } = planned;
    const key = program === FLEET ? go : name;
    const building = binaries.get(key) ?? (program === FLEET ? buildFleet(go) : buildPair(planned));
    binaries.set(key, building);
    return building;
  };
  let failed = 0;
  const recordOne = async (planned: PlannedSeries): Promise<void> => {
    const file = join(out, planned.file);
    if (missing && (await sizeOf(file)) !== undefined) return;
    const started = performance.now();
    try {
      await recordSeries(await built(planned), planned, file);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const kib = (((await sizeOf(file)) ?? 0) / 1024).toFixed(0);
      console.log(`${planned.file}: ${kib} KiB in ${seconds} s`);
    } catch (error) {
      failed++;
      console.error(`${planned.file}: failed`, error);
    }
  };
  await Promise.all(wanted.map((planned) => limit(() => recordOne(planned))));
  return failed;
}

async function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}

if (process.argv[1] === import.meta.filename) await main();
