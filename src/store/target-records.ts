import pLimit from 'p-limit';
import { TargetRecord } from '../memory/target-record.ts';
import type { Log } from '../runtime/log.ts';
import { readingsBlob } from './blob-names.ts';
import type { Store } from './store.ts';

/** Beside this, a record is written with each saved profile, so that little of it is lost in a crash. */
const SAVED_EVERY_MS = 600_000;
/** Thousands of small files at a start or an end, a few at a time. */
const AT_ONCE = 8;
/** Shared, since each reading asks. */
const DONE = Promise.resolve();

interface Kept {
  readonly record: Promise<TargetRecord>;
  /** Once it was read back. */
  found: TargetRecord | undefined;
  savedAt: number;
}

/**
 * The records of all targets. They are for people to look at, so a file that is broken costs one target
 * its past, a disk that takes nothing costs all of them what is new, and neither stops a loop.
 */
export class TargetRecords {
  readonly #store: Pick<Store, 'readBlob' | 'writeBlob'>;
  readonly #log: Log;
  readonly #kept = new Map<string, Kept>();
  readonly #turn = pLimit(AT_ONCE);

  constructor(store: Pick<Store, 'readBlob' | 'writeBlob'>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Read back from disk the first time that it is asked for; never rejects. */
  restore(target: string): Promise<TargetRecord> {
    const known = this.#kept.get(target);
    if (known !== undefined) return known.record;
    const record = this.#turn(() => this.#read(target));
    const kept: Kept = { record, found: undefined, savedAt: 0 };
    this.#kept.set(target, kept);
    return record.then((found) => (kept.found = found));
  }

  /** `undefined` for a target that nobody asked for yet. */
  find(target: string): TargetRecord | undefined {
    return this.#kept.get(target)?.found;
  }

  /** Writes the record where it was not written for a while; never rejects. */
  saveWhenDue(target: string, now: number): Promise<void> {
    const kept = this.#kept.get(target);
    if (kept === undefined) return DONE;
    if (kept.savedAt === 0) kept.savedAt = now;
    return Math.abs(now - kept.savedAt) < SAVED_EVERY_MS ? DONE : this.save(target, now);
  }

  /** Never rejects; the store tells where the disk refuses. */
  async save(target: string, now: number): Promise<void> {
    const kept = this.#kept.get(target);
    if (kept?.found === undefined) return;
    kept.savedAt = now;
    await this.#store.writeBlob(readingsBlob(target), kept.found.save()).catch(() => undefined);
  }

  /** For an end that is in order: nothing read so far is forgotten. */
  async saveAll(now: number): Promise<void> {
    await Promise.all(
      [...this.#kept.keys()].map((target) => this.#turn(() => this.save(target, now))),
    );
  }

  /** What is on disk stays, for the day that the target comes back. */
  async forget(target: string, now: number): Promise<void> {
    await this.save(target, now);
    this.#kept.delete(target);
  }

  async #read(target: string): Promise<TargetRecord> {
    try {
      const bytes = await this.#store.readBlob(readingsBlob(target));
      return bytes === undefined ? new TargetRecord() : TargetRecord.restore(bytes);
    } catch (error) {
      this.#log.warn('saved readings are not readable and left aside', {
        target,
        error: error instanceof Error ? error.message.slice(0, 200) : String(error),
      });
      return new TargetRecord();
    }
  }
}
