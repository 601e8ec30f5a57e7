import { constants } from 'node:fs';
import { lstat, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageConfig } from '../config/config.ts';
import type { SavedProfile } from '../incident/incident.ts';
import { byTime, fileNameFor, formatProfileName, parseProfileName } from './file-name.ts';
import { ensureFolder, removeUnfinished, unlessMissing, writeAtomically } from './files.ts';
import { storeErrorOf } from './store-error.ts';
import { thin } from './thin.ts';
import { Turns } from './turns.ts';

export interface NewProfile {
  /** When it was captured, Unix milliseconds. */
  readonly at: number;
  readonly inuseBytes: number;
  readonly bytes: Uint8Array;
}

interface Entry extends SavedProfile {
  readonly folder: string;
}

/** Captures of many targets end in another order than they began, but not by so much. */
const AHEAD_MS = 3_600_000;

type Limits = Pick<StorageConfig, 'profilesPerTarget' | 'maxBytes'>;

/**
 * The saved profiles, one folder a target. The folders are read once, when opened; from then on
 * their content is known, so that neither a save nor a prune reads them again.
 */
export class Profiles {
  readonly #root: string;
  readonly #limits: Limits;
  /** By folder, each oldest first. */
  readonly #entries = new Map<string, Entry[]>();
  readonly #turns = new Turns();
  #totalBytes = 0;
  /** Of the last one saved in this life. */
  #savedAt = Infinity;

  private constructor(root: string, limits: Limits) {
    this.#root = root;
    this.#limits = limits;
  }

  static async open(root: string, limits: Limits): Promise<Profiles> {
    const profiles = new Profiles(root, limits);
    for (const folder of await foldersIn(root)) {
      await removeUnfinished(join(root, folder));
      const entries = await entriesIn(root, folder);
      if (entries.length > 0) profiles.#add(folder, entries);
      else await removeIfEmpty(join(root, folder));
    }
    return profiles;
  }

  save(target: string, profile: NewProfile): Promise<SavedProfile> {
    const folder = fileNameFor(target);
    return this.#turns.take(folder, async () => {
      await ensureFolder(join(this.#root, folder));
      const file = this.#nextName(folder, profile);
      await writeAtomically(join(this.#root, folder, file), profile.bytes);
      const saved = { file, at: profile.at, bytes: profile.bytes.byteLength };
      this.#add(folder, [{ ...saved, folder }]);
      this.#savedAt = profile.at;
      return saved;
    });
  }

  list(target: string): readonly SavedProfile[] {
    const entries = this.#entries.get(fileNameFor(target)) ?? [];
    return entries.map(({ file, at, bytes }) => ({ file, at, bytes }));
  }

  /** `undefined` for what is no saved profile of the target, whatever `file` says. */
  async read(target: string, file: string): Promise<Uint8Array | undefined> {
    if (parseProfileName(file) === undefined) return undefined;
    const folder = fileNameFor(target);
    const bytes = await readRegularFile(join(this.#root, folder), file);
    if (bytes === undefined) this.#drop(folder, file);
    return bytes;
  }

  /** Removes what is beyond the limits, but nothing in `pinned`; resolves to how many files went. */
  async prune(pinned: ReadonlySet<string>): Promise<number> {
    const kept = new Set([...pinned].map(pinnedPath));
    const isFree = (entry: Entry) => !kept.has(join(entry.folder, entry.file));
    const crowded = this.#overfull().flatMap((entries) => this.#surplus(entries, isFree));
    await this.#remove(crowded);
    const oldest = this.#beyondTotal(isFree);
    await this.#remove(oldest);
    return crowded.length + oldest.length;
  }

  /** What all profiles take on disk. */
  totalBytes(): number {
    return this.#totalBytes;
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  /** Each capture asks, so that of thousands of targets nothing is made for those that have room. */
  #overfull(): readonly (readonly Entry[])[] {
    const overfull: (readonly Entry[])[] = [];
    for (const entries of this.#entries.values()) {
      if (entries.length > this.#limits.profilesPerTarget) overfull.push(entries);
    }
    return overfull;
  }

  #surplus(entries: readonly Entry[], isFree: (entry: Entry) => boolean): readonly Entry[] {
    const keep = this.#limits.profilesPerTarget;
    const all = entries.filter(isFree);
    const ahead = all.filter((entry) => this.#isAhead(entry));
    const gone = ahead.slice(0, Math.max(0, all.length - keep));
    const free = all.filter((entry) => !gone.includes(entry));
    const kept = new Set(
      thin(
        free.map((entry) => entry.at),
        keep,
      ),
    );
    return [...gone, ...free.filter((_, position) => !kept.has(position))];
  }

  /** What a clock saved that was ahead is older than it says, and would never be the oldest. */
  #isAhead({ at }: Entry): boolean {
    return at - this.#savedAt > AHEAD_MS;
  }

  #beyondTotal(isFree: (entry: Entry) => boolean): readonly Entry[] {
    let surplus = this.#totalBytes - this.#limits.maxBytes;
    if (surplus <= 0) return [];
    const aheadFirst = (a: Entry, b: Entry) =>
      Number(this.#isAhead(b)) - Number(this.#isAhead(a)) || byTime(a, b);
    const oldestFirst = [...this.#entries.values()].flat().filter(isFree).toSorted(aheadFirst);
    return oldestFirst.filter((entry) => {
      const goes = surplus > 0;
      if (goes) surplus -= entry.bytes;
      return goes;
    });
  }

  async #remove(entries: readonly Entry[]): Promise<void> {
    for (const { folder, file } of entries) {
      const path = join(this.#root, folder, file);
      await rm(path, { force: true }).catch((error: unknown) => {
        throw storeErrorOf(path, error);
      });
      this.#drop(folder, file);
    }
    for (const folder of new Set(entries.map((entry) => entry.folder)))
      await this.#turns.take(folder, () => this.#leave(folder));
  }

  /** Processes that come and go each have a folder, which would stay for ever. */
  async #leave(folder: string): Promise<void> {
    if (!this.#entries.has(folder)) await removeIfEmpty(join(this.#root, folder));
  }

  #nextName(folder: string, { at, inuseBytes }: NewProfile): string {
    const turns = (this.#entries.get(folder) ?? [])
      .filter((entry) => entry.at === at)
      .map((entry) => parseProfileName(entry.file)?.turn ?? 0);
    return formatProfileName({ at, turn: Math.max(0, ...turns) + 1 }, inuseBytes);
  }

  #add(folder: string, added: readonly Entry[]): void {
    const entries = this.#entries.get(folder) ?? [];
    this.#entries.set(folder, [...entries, ...added].toSorted(byTime));
    for (const entry of added) this.#totalBytes += entry.bytes;
  }

  #drop(folder: string, file: string): void {
    const entries = this.#entries.get(folder) ?? [];
    const gone = entries.filter((entry) => entry.file === file);
    for (const entry of gone) this.#totalBytes -= entry.bytes;
    const rest = entries.filter((entry) => entry.file !== file);
    if (rest.length > 0) this.#entries.set(folder, rest);
    else this.#entries.delete(folder);
  }
}

function pinnedPath(pin: string): string {
  const slash = pin.lastIndexOf('/');
  return join(fileNameFor(pin.slice(0, slash)), pin.slice(slash + 1));
}

async function foldersIn(root: string): Promise<readonly string[]> {
  try {
    const found = await readdir(root, { withFileTypes: true });
    return found.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    throw storeErrorOf(root, error);
  }
}

/** Where something else is in it, or the disk does not let go of it, it stays. */
async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

async function entriesIn(root: string, folder: string): Promise<readonly Entry[]> {
  const path = join(root, folder);
  try {
    const found = await readdir(path, { withFileTypes: true });
    const files = found.filter((entry) => entry.isFile()).map((entry) => entry.name);
    const entries = await Promise.all(
      files.map(async (file) => {
        const at = parseProfileName(file)?.at;
        if (at === undefined) return [];
        return [{ folder, file, at, bytes: (await stat(join(path, file))).size }];
      }),
    );
    return entries.flat();
  } catch (error) {
    throw storeErrorOf(path, error);
  }
}

/** Neither a link out of the folder is followed nor a pipe waited for. */
async function readRegularFile(folder: string, name: string): Promise<Uint8Array | undefined> {
  const path = join(folder, name);
  const isFolder = (await unlessMissing(folder, lstat(folder)))?.isDirectory() ?? false;
  const found = isFolder ? await unlessMissing(path, lstat(path)) : undefined;
  if (found?.isFile() !== true) return undefined;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await unlessMissing(path, open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (file === undefined) return undefined;
  try {
    return await file.readFile();
  } catch (error) {
    throw storeErrorOf(path, error);
  } finally {
    await file.close();
  }
}
