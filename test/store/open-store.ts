import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageConfig } from '../../src/config/config.ts';
import { createLog, type Log } from '../../src/runtime/log.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** Folders and stores of one test, released together. */
export class StoreFixture {
  readonly #folders: string[] = [];
  readonly #stores: Store[] = [];

  async folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'heapwarden-store-'));
    this.#folders.push(path);
    return path;
  }

  async open(path: string, more: Partial<StorageConfig> = {}, log?: Log): Promise<Store> {
    const storage = { path, profilesPerTarget: 64, maxBytes: 2 ** 30, ...more };
    const store = await openStore(storage, log ?? createLog('silent'));
    this.#stores.push(store);
    return store;
  }

  async release(): Promise<void> {
    for (const store of this.#stores.splice(0)) await store.close();
    for (const path of this.#folders.splice(0)) await rm(path, { recursive: true, force: true });
  }
}

/** What an expectedly rejected promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to reject');
}
