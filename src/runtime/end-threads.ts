import type { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';

/** Of Piscina: what it lists may still load; `workerCreate` says that one has, but for those that it begins with. */
interface Pool extends EventEmitter {
  readonly threads: readonly Worker[];
  destroy(): Promise<void>;
}

const MAX_LOADING_MS = 5_000;

/**
 * How to end the threads of a pool that has just been made: those that still load do so first. Of a thread that
 * ends while it loads a module by `require`, Node 20 may die as a whole ("FATAL ERROR: v8::Module::IsGraphAsync").
 */
export function endsThreads(pool: Pool): () => Promise<void> {
  const loaded = new Set<unknown>();
  let goOn: () => void = () => undefined;
  const note = (id: unknown) => {
    loaded.add(id);
    goOn();
  };
  const first = new Set<unknown>(pool.threads.map(({ threadId }) => threadId));
  // What a thread says first is that it has loaded.
  for (const thread of pool.threads) thread.once('message', note.bind(undefined, thread.threadId));
  pool.on('workerCreate', ({ id }: { readonly id: unknown }) => first.has(id) || note(id));
  return async () => {
    const isLoading = () => pool.threads.some(({ threadId }) => !loaded.has(threadId));
    await new Promise<void>((resolve) => {
      const bound = setTimeout(resolve, MAX_LOADING_MS);
      goOn = () => {
        if (isLoading()) return;
        clearTimeout(bound);
        resolve();
      };
      goOn();
    });
    await pool.destroy();
  };
}
