import type { Past } from '../analysis/analyst.ts';
import type { SavedProfile } from '../incident/incident.ts';
import { historyBlob } from './blob-names.ts';
import type { Store } from './store.ts';

/** What is kept of one target: its profiles as they came, and the newest snapshot of its history. */
export interface Archive {
  save(profile: { at: number; inuseBytes: number; bytes: Uint8Array }): Promise<SavedProfile>;
  saveHistory(snapshot: Uint8Array): Promise<void>;
  /** What the history up to `before` is rebuilt from. */
  past(before: number): Past;
  /**
   * The newest profile up to `at` and the last one from before `since`, else the oldest; `undefined` with fewer
   * than two. Later ones are of a clock that was ahead.
   */
  evidence(
    since: number,
    at: number,
  ): Promise<{ before: SavedProfile; after: SavedProfile } | undefined>;
}

export function archiveOf(store: Store, target: string): Archive {
  const history = historyBlob(target);
  return {
    save: (profile) => store.saveProfile(target, profile),
    saveHistory: (snapshot) => store.writeBlob(history, snapshot),
    past: (before) => ({
      snapshot: () => store.readBlob(history),
      after: async function* (time) {
        for (const { file, at } of await store.listProfiles(target)) {
          if (at <= time || at >= before) continue;
          const bytes = await store.readProfile(target, file);
          if (bytes !== undefined) yield { bytes, at, startedAt: undefined };
        }
      },
    }),
    evidence: async (since, at) => {
      const saved = (await store.listProfiles(target)).filter((profile) => profile.at <= at);
      const after = saved.at(-1);
      const before = saved.findLast((profile) => profile.at <= since) ?? saved[0];
      return before === undefined || after === undefined || before === after
        ? undefined
        : { before, after };
    },
  };
}
