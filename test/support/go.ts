import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { tempFolder } from './temp-folder.ts';

const run = promisify(execFile);

/** The folder of Go programs that tests build; each listens on a free port and prints `listening URL` first. */
export const PROGRAMS = join(import.meta.dirname, '../../../fixtures/programs');

/**
 * Says why and skips the test where there is no Go; where HEAPWARDEN_REQUIRE_GO=1, as in CI, that
 * is a failure instead.
 */
export async function needGo(test: Context): Promise<void> {
  const version = await run('go', ['version']).catch(() => undefined);
  if (version !== undefined) return;
  if (process.env['HEAPWARDEN_REQUIRE_GO'] === '1') throw new Error('go is required here');
  console.log('      skipped: needs go on the path');
  test.skip();
}

/**
 * Whether Go can build with cgo here: by its own C compiler, `CC` where that is set. Where
 * HEAPWARDEN_REQUIRE_GO=1, as in CI, that it cannot is a failure.
 */
export async function hasCCompiler(): Promise<boolean> {
  const { stdout } = await run('go', ['env', 'CC']);
  const version = await run(stdout.trim(), ['--version']).catch(() => undefined);
  if (version !== undefined) return true;
  if (process.env['HEAPWARDEN_REQUIRE_GO'] === '1')
    throw new Error('a C compiler is required here');
  return false;
}

/**
 * What a program has to be built with to serve `/debug/pprof/goroutineleak`: from Go 1.27 on with nothing, and with
 * an experiment that only 1.26 knows; `undefined` where this Go has no such profile, with a word that it is so. Where
 * HEAPWARDEN_REQUIRE_GO=1, as in CI, that is a failure.
 */
export async function leakProfileEnv(): Promise<Environment | undefined> {
  const { stdout } = await run('go', ['env', 'GOVERSION']);
  const [, minor = '0'] = /^go1\.(\d+)/.exec(stdout) ?? [];
  if (Number(minor) >= 27) return {};
  if (Number(minor) === 26) return { GOEXPERIMENT: 'goroutineleakprofile' };
  const without = `${stdout.trim()} has no profile of leaked goroutines`;
  if (process.env['HEAPWARDEN_REQUIRE_GO'] === '1') throw new Error(`${without}; 1.26 is required`);
  console.log(`      ${without}`);
  return undefined;
}

const built = new Map<string, Promise<string>>();

/** Builds `fixtures/programs/NAME` once a process, without the network, and resolves to the binary. */
export function buildGo(name: string, env: Environment = {}): Promise<string> {
  const key = JSON.stringify([name, env]);
  const known = built.get(key);
  if (known !== undefined) return known;
  const building = build(name, env);
  built.set(key, building);
  return building;
}

type Environment = Readonly<Record<string, string>>;

async function build(name: string, more: Environment): Promise<string> {
  const binary = join(tempFolder('go'), name);
  const env = { ...process.env, GOFLAGS: '-buildvcs=false -mod=mod', GOPROXY: 'off', ...more };
  await run('go', ['build', '-o', binary, '.'], { cwd: join(PROGRAMS, name), env });
  return binary;
}

export interface RunningProgram {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a built program and waits for the line that tells its URL. */
export async function startProgram(
  binary: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningProgram> {
  const child = spawn(binary, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^listening (http:\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      pid: child.pid ?? 0,
      stop: async () => {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }
  throw new Error(`${binary} ended before it listened`);
}
