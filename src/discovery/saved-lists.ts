import { z } from 'zod';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import type { Store } from '../store/store.ts';
import type { Labels } from './relabel.ts';
import type { Held } from './roster.ts';

/** What outlives a restart. */
export interface SavedLists {
  /** By the key of the list. */
  readonly lists: ReadonlyMap<string, readonly Labels[]>;
  /** By group. */
  readonly held: ReadonlyMap<string, readonly Held[]>;
}

const LISTS = 'discovered';
const HELD = 'discovered-held';
const foundSchema = z.record(z.string(), z.string());
const listsSchema = z.record(z.string(), z.array(foundSchema));
const heldSchema = z.record(
  z.string(),
  z.array(z.object({ found: foundSchema, goneAt: z.number() })),
);

/** Rejects where it is not what was saved. */
export async function readSaved(store: Pick<Store, 'readDocument'>): Promise<SavedLists> {
  const lists = listsSchema.parse((await store.readDocument(LISTS)) ?? {});
  const held = heldSchema.parse((await store.readDocument(HELD)) ?? {});
  return { lists: new Map(Object.entries(lists)), held: new Map(Object.entries(held)) };
}

/** All of it is written, and of a cluster some pod is another every few seconds. What comes alone is saved at once. */
const BETWEEN_SAVES_MS = 60_000;

export interface SavingParts {
  readonly store: Pick<Store, 'writeDocument'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Writes what is listed, where it is other than what was written last. */
export class Saving {
  readonly #parts: SavingParts;
  #isUnsaved = false;
  #savedAt = -Infinity;

  constructor(parts: SavingParts) {
    this.#parts = parts;
  }

  /** At once, or soon after the last time. */
  async keep(isOther: boolean, listed: () => SavedLists): Promise<void> {
    this.#isUnsaved ||= isOther;
    const since = Math.abs(this.#parts.clock.now() - this.#savedAt);
    if (since >= BETWEEN_SAVES_MS) await this.finish(listed);
  }

  async finish(listed: () => SavedLists): Promise<void> {
    if (!this.#isUnsaved) return;
    const { store, clock, log } = this.#parts;
    this.#isUnsaved = false;
    this.#savedAt = clock.now();
    const { lists, held } = listed();
    try {
      await store.writeDocument(LISTS, Object.fromEntries(lists));
      await store.writeDocument(HELD, Object.fromEntries(held));
    } catch (error) {
      log.error('lists of targets not saved; a restart waits for them', {
        error: messageOf(error),
      });
    }
  }
}
