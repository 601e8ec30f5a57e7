import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { end, ended } from './child.ts';

const MAIN = join(import.meta.dirname, '../../main.js');

export interface DaemonProcess {
  readonly pid: number;
  /** How it ended; `undefined` while it runs. */
  ended(): string | undefined;
  lastLines(count: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts the real daemon as its own process, with what it says in a file. */
export function startDaemon(configFile: string, logFile: string): DaemonProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [MAIN, 'run', '--config', configFile], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let how: string | undefined;
  const ending = ended(child);
  ending.then(
    (told) => (how = told),
    () => undefined,
  );
  return {
    pid: child.pid ?? 0,
    ended: () => how,
    lastLines: async (count) => (await readFile(logFile, 'utf8')).trim().split('\n').slice(-count),
    stop: () => end(child, ending, 10_000),
  };
}
