import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileDiscovery } from '../config/discovery-config.ts';
import { readBounded, reasonOf } from '../config/read-file.ts';
import { formatBytes } from '../config/units.ts';
import { readParts } from './parts-of-list.ts';
import type { Labels } from './relabel.ts';
import type { Found } from './sources.ts';
import { MAX_LIST_BYTES, readTargetList } from './target-list.ts';

const TOO_LARGE = `larger than ${formatBytes(MAX_LIST_BYTES)}`;

/** The entries of all files that the paths name; rejects where a folder cannot be looked into. */
export async function readFiles(
  { paths }: FileDiscovery,
  known: readonly Labels[],
): Promise<Found> {
  const parts = (await filesOf(paths)).map((path) => ({
    read: () => readOne(path),
    isOf: ({ __meta_filepath }: Labels) => __meta_filepath === path,
  }));
  return readParts(parts, known);
}

async function readOne(path: string): Promise<readonly Labels[]> {
  const format = path.endsWith('.json') ? 'json' : 'yaml';
  const bytes = await readRegular(path).catch((error: unknown) => {
    throw new Error(`${path}: ${reasonOf(error)}`);
  });
  if (bytes === undefined) throw new Error(`${path}: no regular file`);
  if (bytes.byteLength > MAX_LIST_BYTES) throw new Error(`${path}: ${TOO_LARGE}`);
  return listed(path, bytes.toString('utf8'), format);
}

/** `undefined` for a pipe or a device: a few of those that nobody writes to would hold up all reading of files. */
async function readRegular(path: string): Promise<Buffer | undefined> {
  const found = await stat(path);
  return found.isFile() || found.isDirectory() ? readBounded(path, MAX_LIST_BYTES) : undefined;
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
