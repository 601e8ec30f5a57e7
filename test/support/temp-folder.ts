import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/**
 * A folder `heapwarden-NAME-…` that is gone when this process ends, however a test ends, and whatever still
 * writes into it then. For what is shared by the tests of a process, or must not be left where one breaks off.
 */
export function tempFolder(name: string): string {
  if (folders.length === 0) process.once('exit', removeAll);
  const folder = mkdtempSync(join(tmpdir(), `heapwarden-${name}-`));
  folders.push(folder);
  return folder;
}

function removeAll(): void {
  for (const folder of folders.toReversed()) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      process.stderr.write(`${folder} stays: ${String(error)}\n`);
    }
  }
}
