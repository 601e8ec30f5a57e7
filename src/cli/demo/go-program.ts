import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { end, ended } from './child.ts';
import type { LocalServer } from './local-server.ts';

const run = promisify(execFile);

/** `go1.26.8`, of the `go` on the path; `undefined` where there is none. */
export async function findGo(): Promise<string | undefined> {
  const found = await run('go', ['env', 'GOVERSION']).catch(() => undefined);
  return found?.stdout.trim();
}

/** Builds the program in a folder, without the network. Rejects with what the compiler says. */
export async function buildGoProgram(folder: string, binary: string): Promise<void> {
  const env = { ...process.env, GOPROXY: 'off', GOFLAGS: '-buildvcs=false -mod=mod' };
  await run('go', ['build', '-o', binary, '.'], { cwd: folder, env, timeout: 180_000 });
}

export interface GoProgram extends LocalServer {
  /** Closes the program's standard input, as the death of this process does. */
  letGo(): void;
}

/** Starts a program that prints `listening URL` first. It ends by itself where this process dies. */
export async function startGoProgram(binary: string, args: readonly string[]): Promise<GoProgram> {
  const child = spawn(binary, ['-until-stdin-closes', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ending = ended(child);
  // The program may be gone before its standard input is.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const [, told] = /^listening (http:\S+)/.exec(line) ?? [];
      if (told !== undefined) resolve(told);
    });
    ending.then((how) => reject(new Error(`${binary} ended before it listened: ${how}`)), reject);
  });
  return { url, letGo: () => void child.stdin.end(), stop: () => end(child, ending, 3_000) };
}
