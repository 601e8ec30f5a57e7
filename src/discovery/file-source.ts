import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileDiscovery } from '../config/discovery-config.ts';
import { readBounded, reasonOf } from '../config/read-file.ts';
import { formatBytes } from '../config/units.ts';
import type { Labels } from './relabel.ts';
import { MAX_LIST_BYTES, readTargetList } from './target-list.ts';

const TOO_LARGE = `larger than ${formatBytes(MAX_LIST_BYTES)}`;

/** The entries of all files that the paths name; rejects with the first that is not readable, or no list. */
export async function readFiles({ paths }: FileDiscovery): Promise<readonly Labels[]> {
  const found: Labels[] = [];
  for (const path of await filesOf(paths)) {
    const format = path.endsWith('.json') ? 'json' : 'yaml';
    const bytes = await readBounded(path, MAX_LIST_BYTES).catch((error: unknown) => {
      throw new Error(`${path}: ${reasonOf(error)}`);
    });
    if (bytes.byteLength > MAX_LIST_BYTES) throw new Error(`${path}: ${TOO_LARGE}`);
    found.push(...listed(path, bytes.toString('utf8'), format));
  }
  return found;
}

function listed(path: string, text: string, format: 'json' | 'yaml'): readonly Labels[] {
  try {
    return readTargetList(text, format).map((labels) => ({ ...labels, __meta_filepath: path }));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** In the order of their names. */
async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(
    paths.map((path) => (basename(path).includes('*') ? matching(path) : Promise.resolve([path]))),
  );
  return [...new Set(all.flat())];
}

async function matching(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((error: unknown) => {
    throw new Error(`${folder}: ${reasonOf(error)}`);
  });
  const pattern = new RegExp(
    `^${basename(path)
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`))
      .join('.*')}$`,
  );
  return names
    .filter((name) => pattern.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}
