import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, StoreError, storeErrorOf } from './store-error.ts';

const TEMPORARY = '.tmp-';

/** Creates a folder for its owner alone, with those above it, and syncs those that name them. */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await createFolder(path);
  } catch (error) {
    throw storeErrorOf(path, error);
  }
}

/**
 * Node's own way for a whole path never ends where a folder is there and says ENOENT to whatever is
 * made in it, as /proc does, and says ENOENT where the file system is read-only.
 */
async function createFolder(path: string): Promise<void> {
  const above = dirname(path);
  try {
    await createOne(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || above === path) throw error;
    await createFolder(above);
    await createOne(path).catch((cause: unknown) => {
      throw errorCode(cause) === 'ENOENT' ? cannotBeCreated(path, cause) : cause;
    });
  }
}

/** Some systems say EEXIST of a folder that is there, some whatever else they would say to a new one. */
async function createOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (await isFolder(path)) return;
    throw error;
  }
  await syncFolder(dirname(path));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function cannotBeCreated(path: string, cause: unknown): StoreError {
  const message = `${path}: cannot be created (ENOENT) in ${dirname(path)}, which takes no folders; set storage.path to one on a disk`;
  return new StoreError('io', message, { cause });
}

/**
 * Replaces or creates `path` so that whoever reads it, also after a crash at any moment, finds the
 * old bytes or all of the new ones: written beside it, synced, renamed over it, the folder synced.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `${TEMPORARY}${randomBytes(8).toString('hex')}`);
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storeErrorOf(path, error);
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Removes what a crash left of unfinished writes, as far as the disk lets it. Only for a folder that
 * nobody writes to now.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  try {
    const names = await readdir(folder);
    for (const name of names.filter((candidate) => candidate.startsWith(TEMPORARY))) {
      await rm(join(folder, name), { force: true }).catch(() => undefined);
    }
  } catch (error) {
    throw storeErrorOf(folder, error);
  }
}

/** What `reading` of `path` gives, or `undefined` where nothing is there. */
export async function unlessMissing<T>(path: string, reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw storeErrorOf(path, error);
  }
}
