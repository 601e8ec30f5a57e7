import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a benchmark in a process of its own, under the settings that the daemon runs under. */
export async function runAlone(name: string, args: readonly string[]): Promise<void> {
  const file = join(import.meta.dirname, `${name}.js`);
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  process.exitCode = Number(code ?? 1);
}
