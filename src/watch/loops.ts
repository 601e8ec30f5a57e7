import { setImmediate } from 'node:timers/promises';
import type { TargetConfig } from '../config/config.ts';
import { isSameTarget } from '../discovery/roster.ts';
import { createHttpClient, type HttpClient } from '../target/http-client.ts';
import { Watcher } from '../watcher.ts';
import { watcherParts, type Surroundings } from './watcher-parts.ts';
import type { Watched } from './watched.ts';

interface Loop {
  readonly watcher: Watcher;
  readonly client: HttpClient;
  readonly config: TargetConfig;
}

interface Differences {
  readonly gone: readonly string[];
  readonly changed: readonly string[];
  /** Those that changed among them. */
  readonly next: readonly TargetConfig[];
}

/** So many loops begin within a few milliseconds. */
const AT_ONCE = 100;

/** The loops that run, one a target. */
export class Loops {
  readonly #loops = new Map<string, Loop>();
  /** Under way: what is stored of these is still to be written. */
  readonly #endings = new Set<Promise<unknown>>();
  #isClosed = false;

  names(): readonly string[] {
    return [...this.#loops.keys()];
  }

  has(name: string): boolean {
    return this.#loops.has(name);
  }

  find(name: string): Watcher | undefined {
    return this.#loops.get(name)?.watcher;
  }

  /** What ends, what begins anew, and all that begins, where these are to run. */
  against(targets: readonly TargetConfig[]): Differences {
    const names = new Set(targets.map(({ name }) => name));
    const next = targets.filter((target) => {
      const known = this.#loops.get(target.name)?.config;
      return known === undefined || !isSameTarget(known, target);
    });
    return {
      gone: this.names().filter((name) => !names.has(name)),
      changed: next.map(({ name }) => name).filter((name) => this.has(name)),
      next,
    };
  }

  /**
   * Spread over their intervals, each with what an earlier loop of that name knew. A few at a time, with room
   * between for whatever else there is to do; none any more once all are closed.
   */
  async start(
    targets: readonly TargetConfig[],
    around: Surroundings,
    earlier: ReadonlyMap<string, Watched>,
  ): Promise<void> {
    for (const [index, target] of targets.entries()) {
      if (this.#isClosed) return;
      const client = createHttpClient(target.http);
      const watcher = new Watcher(watcherParts(target, client, around), earlier.get(target.name));
      this.#loops.set(target.name, { watcher, client, config: target });
      watcher.start((target.reading.intervalMs * index) / targets.length);
      if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
    }
  }

  /** Resolves, when all of them have ended, to what each knew. */
  async stop(names: readonly string[] = this.names()): Promise<ReadonlyMap<string, Watched>> {
    const running = names.flatMap((name) => {
      const loop = this.#loops.get(name);
      this.#loops.delete(name);
      return loop === undefined ? [] : [{ name, ...loop }];
    });
    const ending = Promise.all(
      running.map(async ({ name, watcher, client }) => {
        const left = await watcher.stop();
        await client.close();
        return [name, left] as const;
      }),
    );
    this.#endings.add(ending);
    try {
      return new Map(await ending);
    } finally {
      this.#endings.delete(ending);
    }
  }

  /** Ends all of them, and waits for those that somebody else has begun to end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.stop(), ...this.#endings]);
  }
}
