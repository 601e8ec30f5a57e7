import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A page of `fixtures/readings`, as a real process served it. */
export function recordedPage(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, '../../../fixtures/readings', name), 'utf8');
}
