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

/** The loops that run, one a target. */
export class Loops {
  readonly #loops = new Map<string, Loop>();
  /** Under way: what is stored of these is still to be written. */
  readonly #endings = new Set<Promise<unknown>>();

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

  /** With what an earlier loop of the target knew; `phase`, 0 to 1, is where in its interval it begins. */
  start(
    config: TargetConfig,
    around: Surroundings,
    { earlier, phase }: { readonly earlier: Watched | undefined; readonly phase: number },
  ): void {
    const client = createHttpClient(config.http);
    const watcher = new Watcher(watcherParts(config, client, around), earlier);
    this.#loops.set(config.name, { watcher, client, config });
    watcher.start(config.reading.intervalMs * phase);
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
    await Promise.all([this.stop(), ...this.#endings]);
  }
}
