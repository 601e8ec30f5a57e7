import type { ChildProcess } from 'node:child_process';

/** Resolves to how a process ended: its exit code, or the signal that ended it, or why it never began. */
export function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/** Asks a process to end, and makes it end where it has not within the bound. */
export async function end(
  child: ChildProcess,
  ending: Promise<string>,
  boundMs: number,
): Promise<void> {
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), boundMs);
  await ending;
  clearTimeout(kill);
}
