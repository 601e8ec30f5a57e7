import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileDiscovery } from '../config/discovery-config.ts';
import { readBounded, reasonOf } from '../config/read-file.ts';
import { formatBytes } from '../config/units.ts';
import { messageOf } from '../runtime/message-of.ts';
import type { ListReader } from './list-reader.ts';
import { readParts } from './parts-of-list.ts';
import type { Labels } from './relabel.ts';
import type { Found } from './sources.ts';
import { MAX_LIST_BYTES, type ListFormat } from './target-list.ts';

/** A mebibyte of YAML takes about a second. */
const MAX_BYTES = { json: MAX_LIST_BYTES, yaml: 2 * 2 ** 20 };

/** What was read of a file last, by its path: to check thousands of entries again takes long, above all of YAML. */
export type Remembered = Map<
  string,
  { readonly digest: string; readonly found: readonly Labels[] }
>;

export interface FileSourceParts {
  readonly lists: Pick<ListReader, 'read'>;
  readonly remembered: Remembered;
}

/** The entries of all files that the paths name; rejects where a folder cannot be looked into. */
export async function readFiles(
  { paths }: FileDiscovery,
  known: readonly Labels[],
  parts: FileSourceParts,
): Promise<Found> {
  const files = await filesOf(paths);
  for (const path of parts.remembered.keys())
    if (!files.includes(path)) parts.remembered.delete(path);
  const found = files.map((path) => ({
    read: () => readOne(path, parts),
    isOf: ({ __meta_filepath }: Labels) => __meta_filepath === path,
  }));
  return readParts(found, known);
}

async function readOne(
  path: string,
  { lists, remembered }: FileSourceParts,
): Promise<readonly Labels[]> {
  const format = path.endsWith('.json') ? 'json' : 'yaml';
  const bytes = await readRegular(path).catch((error: unknown) => {
    throw new Error(`${path}: ${reasonOf(error)}`);
  });
  if (bytes === undefined) throw new Error(`${path}: no regular file`);
  const most = MAX_BYTES[format];
  if (bytes.byteLength > most) throw new Error(`${path}: ${tooLarge(most, format)}`);
  const digest = createHash('sha256').update(bytes).digest('base64');
  const last = remembered.get(path);
  if (last?.digest === digest) return last.found;
  const read = await lists.read(bytes.toString('utf8'), format).catch((error: unknown) => {
    throw new Error(`${path}: ${messageOf(error)}`);
  });
  const found = read.map((labels) => ({ ...labels, __meta_filepath: path }));
  remembered.set(path, { digest, found });
  return found;
}

function tooLarge(most: number, format: ListFormat): string {
  const instead = format === 'yaml' ? ' of YAML; write JSON, which is read ten times as fast' : '';
  return `larger than ${formatBytes(most)}${instead}`;
}

/** `undefined` for a pipe or a device: a few of those that nobody writes to would hold up all reading of files. */
async function readRegular(path: string): Promise<Buffer | undefined> {
  const found = await stat(path);
  return found.isFile() || found.isDirectory() ? readBounded(path, MAX_LIST_BYTES) : undefined;
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
