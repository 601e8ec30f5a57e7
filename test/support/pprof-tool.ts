import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The path of Go's own pprof, which newer versions build when it is first asked for. */
export async function findPprof(): Promise<string> {
  await run('go', ['tool', 'pprof', '-h']).catch(() => undefined);
  return (await run('go', ['tool', '-n', 'pprof'])).stdout.trim();
}

export interface PprofRun {
  readonly pprof: string;
  readonly file: string;
  readonly base?: string;
  readonly flags?: readonly string[];
}

/**
 * What pprof prints for some commands of its interactive mode, by the command. All in one process,
 * each command's output sent to a file of its own.
 */
export async function pprofReports(
  { pprof, file, base, flags = [] }: PprofRun,
  commands: readonly { readonly settings: readonly string[]; readonly command: string }[],
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'heapwarden-pprof-'));
  const output = (index: number): string => join(folder, String(index));
  try {
    const script = commands.flatMap(({ settings, command }, index) => [
      ...settings,
      `${command} > ${output(index)}`,
    ]);
    const args = [...flags, ...(base === undefined ? [] : ['-base', base]), file];
    const running = run(pprof, args);
    running.child.stdin?.end(`${script.join('\n')}\n`);
    await running;
    // Where there is nothing to report, pprof writes no file.
    return await Promise.all(
      commands.map((_, index) => readFile(output(index), 'utf8').catch(() => '')),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
