import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built program, or `undefined` where there is no Go or its modules cannot be had. */
export function buildGoProgram(folder: string): string | undefined {
  const binary = join(mkdtempSync(join(tmpdir(), 'heapwarden-bench-')), 'program');
  const { status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0 && stderr) console.error(`${folder}: ${stderr.trim()}`);
  return status === 0 ? binary : undefined;
}
