import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import { fileNameFor } from './file-name.ts';
import { unlessMissing, writeAtomically } from './files.ts';
import { StoreError } from './store-error.ts';
import { Turns } from './turns.ts';

const VERSION = 1;
const envelope = z.object({ version: z.number(), value: z.unknown() });

/** A blob is state of one target; a file that inflates to more than this is none of ours. */
const MAX_BLOB_BYTES = 256 * 2 ** 20;

/** Named JSON documents and gzip'd blobs in one folder. */
export class Documents {
  readonly #folder: string;
  readonly #log: Log;
  readonly #turns = new Turns();

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  documentFile(name: string): string {
    return this.#path(name, 'json');
  }

  async readDocument(name: string): Promise<unknown> {
    const path = this.documentFile(name);
    const text = await unlessMissing(path, readFile(path, 'utf8'));
    return text === undefined ? undefined : valueIn(text, path);
  }

  /** The value as it is at the time of the call, after all that was written to this name before. */
  async writeDocument(name: string, value: unknown): Promise<void> {
    const text = JSON.stringify({ version: VERSION, value });
    await this.#write(this.documentFile(name), async () => Buffer.from(text));
  }

  async readBlob(name: string): Promise<Uint8Array | undefined> {
    const path = this.#path(name, 'gz');
    const bytes = await unlessMissing(path, readFile(path));
    if (bytes === undefined) return undefined;
    try {
      return await promisify(gunzip)(bytes, { maxOutputLength: MAX_BLOB_BYTES });
    } catch (error) {
      this.#log.warn('saved state is corrupt and left aside', {
        file: path,
        error: messageOf(error),
      });
      return undefined;
    }
  }

  async writeBlob(name: string, bytes: Uint8Array): Promise<void> {
    await this.#write(this.#path(name, 'gz'), () => promisify(gzip)(bytes, { level: 1 }));
  }

  /** Removes the blobs that were not written since (Unix milliseconds), but those of these names; how many they were. */
  async removeBlobs(since: number, kept: readonly string[]): Promise<number> {
    const files = new Set(kept.map((name) => `${fileNameFor(name)}.gz`));
    const names = await readdir(this.#folder);
    let removed = 0;
    for (const name of names.filter((each) => each.endsWith('.gz') && !files.has(each))) {
      const path = join(this.#folder, name);
      const written = await unlessMissing(path, stat(path));
      if (written === undefined || written.mtimeMs >= since) continue;
      await this.#turns.take(path, () => rm(path, { force: true }));
      removed++;
    }
    return removed;
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  #path(name: string, extension: 'json' | 'gz'): string {
    return join(this.#folder, `${fileNameFor(name)}.${extension}`);
  }

  #write(path: string, encode: () => Promise<Uint8Array>): Promise<void> {
    return this.#turns.take(path, async () => writeAtomically(path, await encode()));
  }
}

function valueIn(text: string, path: string): unknown {
  const { version, value } = parseEnvelope(text, path);
  if (version === VERSION) return value;
  throw corrupt(path, `version ${version} is not known here, only ${VERSION}`);
}

function parseEnvelope(text: string, path: string): z.infer<typeof envelope> {
  try {
    return envelope.parse(JSON.parse(text));
  } catch (error) {
    throw corrupt(path, `not a document of heapwarden (${text.length} characters)`, error);
  }
}

function corrupt(path: string, what: string, cause?: unknown): StoreError {
  return new StoreError('corrupt', `${path}: ${what}; move it away to start afresh`, { cause });
}
