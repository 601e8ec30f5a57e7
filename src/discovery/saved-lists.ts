import { z } from 'zod';
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

export async function writeSaved(
  store: Pick<Store, 'writeDocument'>,
  { lists, held }: SavedLists,
): Promise<void> {
  await store.writeDocument(LISTS, Object.fromEntries(lists));
  await store.writeDocument(HELD, Object.fromEntries(held));
}
