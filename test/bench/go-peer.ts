import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

/** The built program, or `undefined` where there is no Go or its modules cannot be had. */
export function buildGoProgram(folder: string): string | undefined {
  const binary = join(tempFolder('bench'), 'program');
  const { status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0 && stderr) console.error(`${folder}: ${stderr.trim()}`);
  return status === 0 ? binary : undefined;
}
