import { join } from 'node:path';
import type { StorageConfig } from '../config/config.ts';
import type { SavedProfile } from '../incident/incident.ts';
import type { Log } from '../runtime/log.ts';
import { Documents } from './documents.ts';
import { ensureFolder, removeUnfinished } from './files.ts';
import { lockFolder } from './lock.ts';
import { historyBlob, READINGS, readingsBlob } from './blob-names.ts';
import { Profiles, type NewProfile } from './profiles.ts';
import { RefusedWrites, type Written } from './refused-writes.ts';

/**
 * What survives a restart, in a folder of its own that one process owns at a time. A write that
 * resolved is on the disk; one that did not has changed nothing. Everything rejects with a StoreError.
 */
export interface Store {
  /** Saves exactly these bytes. */
  saveProfile(target: string, profile: NewProfile): Promise<SavedProfile>;
  /** Oldest first. */
  listProfiles(target: string): Promise<readonly SavedProfile[]>;
  /** `undefined` where there is no such profile; `target` and `file` are untrusted. */
  readProfile(target: string, file: string): Promise<Uint8Array | undefined>;
  /** Of all targets, those too that are gone. */
  profileBytes(): number;
  /**
   * Removes profiles beyond `profilesPerTarget` (`thin` says which), then the oldest of all targets
   * beyond `maxBytes`. What is in `pinned`, as `TARGET/FILE`, stays and does not count among a target's.
   */
  prune(pinned: ReadonlySet<string>): Promise<void>;
  /** A JSON value; `undefined` where nothing was written yet. Rejects where it is corrupt. */
  readDocument(name: string): Promise<unknown>;
  writeDocument(name: string, value: unknown): Promise<void>;
  /** Where it is, or would be. */
  documentFile(name: string): string;
  /** Bytes that can be had anew: `undefined` where nothing was written yet or it is corrupt. */
  readBlob(name: string): Promise<Uint8Array | undefined>;
  writeBlob(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes what is remembered of targets that are not among these, where it was not written since, Unix milliseconds. */
  forgetOthers(targets: readonly string[], since: number): Promise<void>;
  /** What of the targets the disk refused last, in words; `undefined` where it took it. Of documents their writers tell. */
  trouble(): string | undefined;
  /** Waits for the writes under way and gives the folder free. */
  close(): Promise<void>;
}

/** Rejects with a StoreError, of the kind `locked` where another process owns the folder. */
export async function openStore(storage: StorageConfig, log: Log): Promise<Store> {
  await ensureFolder(storage.path);
  const lock = await lockFolder(storage.path);
  try {
    const profiles = await openProfiles(storage);
    const documents = await openDocuments(storage, log);
    const refused = new RefusedWrites(log);
    return {
      saveProfile: (target, profile) => refused.watch('profiles', profiles.save(target, profile)),
      listProfiles: async (target) => profiles.list(target),
      readProfile: (target, file) => profiles.read(target, file),
      profileBytes: () => profiles.totalBytes(),
      prune: async (pinned) => {
        const removed = await profiles.prune(pinned);
        if (removed > 0) log.debug('profiles pruned', { removed, bytes: profiles.totalBytes() });
      },
      readDocument: (name) => documents.readDocument(name),
      writeDocument: (name, value) => documents.writeDocument(name, value),
      documentFile: (name) => documents.documentFile(name),
      readBlob: (name) => documents.readBlob(name),
      writeBlob: (name, bytes) => refused.watch(kindOf(name), documents.writeBlob(name, bytes)),
      forgetOthers: async (targets, since) => {
        const names = targets.flatMap((target) => [historyBlob(target), readingsBlob(target)]);
        const removed = await documents.removeBlobs(since, names);
        if (removed > 0) log.info('what was remembered of targets long gone removed', { removed });
      },
      trouble: () => refused.trouble(),
      close: async () => {
        await Promise.all([profiles.idle(), documents.idle()]);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** They are named for their target by those who write them. */
function kindOf(blob: string): Written {
  return blob.startsWith(READINGS) ? 'readings' : 'histories';
}

async function openProfiles(storage: StorageConfig): Promise<Profiles> {
  const folder = join(storage.path, 'profiles');
  await ensureFolder(folder);
  return Profiles.open(folder, storage);
}

async function openDocuments(storage: StorageConfig, log: Log): Promise<Documents> {
  const folder = join(storage.path, 'state');
  await ensureFolder(folder);
  await removeUnfinished(folder);
  return new Documents(folder, log);
}
