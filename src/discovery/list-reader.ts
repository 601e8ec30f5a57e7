import { Piscina } from 'piscina';
import { endsThreads } from '../runtime/end-threads.ts';
import type { ListTask } from './list-worker.ts';
import type { Labels } from './relabel.ts';
import { readTargetList, type ListFormat } from './target-list.ts';

/** Reads lists of targets, long ones in a thread of its own, so that they hold nothing else up. */
export interface ListReader {
  /** Rejects where it is no list, in words that show nothing of it. */
  read(text: string, format: ListFormat): Promise<readonly Labels[]>;
  close(): Promise<void>;
}

/** In letters; each is read in a few milliseconds. */
const SHORT: Readonly<Record<ListFormat, number>> = { json: 2 ** 17, yaml: 2 ** 12 };
const IDLE_MS = 30_000;
const MAX_MS = 60_000;
const MAX_HEAP_MB = 768;

export function createListReader(): ListReader {
  const pool = new Piscina<ListTask, readonly Labels[]>({
    filename: new URL('./list-worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const close = endsThreads(pool);
  return {
    read: async (text, format) =>
      text.length <= SHORT[format]
        ? readTargetList(text, format)
        : pool.run({ text, format }, { name: 'readList', signal: AbortSignal.timeout(MAX_MS) }),
    close,
  };
}
