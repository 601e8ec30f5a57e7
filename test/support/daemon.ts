import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.js');
const READY_WITHIN_MS = 20_000;
const ENDED_WITHIN_MS = 20_000;

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built daemon as its own process. */
export interface RunningDaemon {
  readonly url: string;
  readonly pid: number;
  /** Where its configuration is (`heapwarden.yaml`), and its data unless that says otherwise. */
  readonly folder: string;
  /** What it logged so far, without lines that are no JSON. */
  lines(): readonly LogLine[];
  /** The JSON answer at a path; rejects for any other status than 200. */
  api<T>(path: string): Promise<T>;
  /** Sends a signal (SIGTERM), waits for the end, and removes the folder if this harness made it. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** How the daemon is asked. */
export interface Asking {
  /** The path that answers well once it is started: by default `/-/ready`; `/-/healthy` does on a disk that fails too. */
  readonly path?: '/-/ready' | '/-/healthy';
  /** With what it takes to get an answer, as a password or a certificate to trust. */
  readonly ask?: (url: string) => Promise<Response>;
  /** Environment variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly logLevel?: 'debug' | 'info';
  /** An open file to which it logs, which then tells nothing here, and where it listens. */
  readonly logsTo?: { readonly fd: number; readonly url: string };
}

/**
 * Starts the daemon on a configuration, in a folder of its own or a given one, and resolves when it
 * is ready. `listen_address: 127.0.0.1:0` will do: the address is taken from its log.
 */
export async function startDaemon(
  yaml: string,
  folder?: string,
  asking: Asking = {},
): Promise<RunningDaemon> {
  const { path = '/-/ready', ask = fetch, logsTo } = asking;
  const home = folder ?? tempFolder('e2e');
  const file = join(home, 'heapwarden.yaml');
  await writeFile(file, yaml);
  const child = spawnDaemon(home, file, asking);
  const lifetime = endWithParent(child);
  const said = collect(child);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal);
    const killing = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN_MS);
    const ended = await lifetime;
    clearTimeout(killing);
    if (folder === undefined) await rm(home, { recursive: true, force: true });
    return ended;
  };
  try {
    const told = () =>
      logsTo?.url ?? said.lines().find(({ msg }) => msg === 'web listening')?.['url'];
    const url = await answering(child, told, (url) => ask(url + path));
    const api = <T>(path: string): Promise<T> => jsonOf<T>(url + path, ask);
    return { url, pid: child.pid ?? 0, folder: home, lines: said.lines, api, stop };
  } catch (error) {
    await stop('SIGKILL');
    throw new Error(`the daemon did not get ready:\n${said.text()}`, { cause: error });
  }
}

function spawnDaemon(home: string, file: string, asking: Asking): ChildProcess {
  const { environment = {}, logLevel = 'info', logsTo } = asking;
  const args = [MAIN, 'run', '--config', file, '--log-level', logLevel];
  return spawn(process.execPath, args, {
    cwd: home,
    env: { ...process.env, ...environment },
    stdio: ['ignore', logsTo?.fd ?? 'pipe', 'pipe'],
  });
}

async function answering(
  child: ChildProcess,
  told: () => unknown,
  ask: NonNullable<Asking['ask']>,
): Promise<string> {
  return until('the daemon is ready', READY_WITHIN_MS, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return '';
    const url = told();
    if (typeof url !== 'string') return undefined;
    return (await ask(url)).ok ? url : undefined;
  }).then((url) => {
    if (url === '') throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    return url;
  });
}

async function jsonOf<T>(url: string, ask: NonNullable<Asking['ask']>): Promise<T> {
  const response = await ask(url);
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

/** Nothing may outlive a test run, also one that crashes. */
function endWithParent(child: ChildProcess): Promise<Ended> {
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('exit', kill);
      resolve({ code, signal });
    });
  });
}

function collect(child: ChildProcess): { lines: () => readonly LogLine[]; text: () => string } {
  const text: string[] = [];
  const lines: LogLine[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      text.push(line);
      if (line.startsWith('{')) lines.push(JSON.parse(line) as LogLine);
    });
  }
  return { lines: () => lines, text: () => text.join('\n') };
}
