import { encodeProfile } from '../../src/pprof/encode.ts';
import { drawProfiles } from './drawn-profiles.ts';
import { serve, type TestServer } from './http-server.ts';

export interface LeakingTarget {
  readonly url: string;
  /** The functions that leaked in the lives that are over, oldest first. */
  readonly leaked: readonly string[];
  /** From now on every profile is the one before, as where no garbage is collected any more. */
  freeze(): void;
  close(): Promise<void>;
}

/** Profiles of one life, and how fast it leaks. */
const STEPS = 36;
const MIB_PER_STEP = 8;

/**
 * A Go service that restarts after every 36 profiles, and in each life leaks in another function.
 * Each request for a profile gets the next one.
 */
export async function serveLeaking(name: string): Promise<LeakingTarget> {
  const leaked: string[] = [];
  let life = new Life(name, 0);
  let isFrozen = false;
  const server: TestServer = await serve((request, response) => {
    if (request.url?.startsWith('/metrics') === true) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(life.metrics());
      return;
    }
    if (!isFrozen && life.isOver()) {
      leaked.push(life.leaking);
      life = new Life(name, leaked.length);
    }
    const profile = isFrozen ? life.last() : life.next();
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(profile);
  });
  return {
    url: server.url,
    leaked,
    freeze: () => {
      isFrozen = true;
    },
    close: () => server.close(),
  };
}

class Life {
  readonly leaking: string;
  readonly #profiles;
  readonly #startedAt = Date.now();
  #step = 0;

  constructor(name: string, number: number) {
    this.leaking = `example.com/${name}/life${number}.Keep`;
    this.#profiles = drawProfiles(`
      main.main;${this.leaking}            ${MIB_PER_STEP}..${MIB_PER_STEP * STEPS}/${STEPS}
      main.main;example.com/${name}/api.Serve  20*${STEPS}  ~20
    `);
  }

  isOver(): boolean {
    return this.#step >= STEPS;
  }

  next(): Uint8Array {
    this.#step += 1;
    return this.last();
  }

  last(): Uint8Array {
    const profile = this.#profiles[Math.max(0, this.#step - 1)];
    if (profile === undefined) throw new Error('a life has no profiles left');
    return encodeProfile({ ...profile, timeMs: this.#startedAt + this.#step });
  }

  metrics(): string {
    const heap = (20 + MIB_PER_STEP * this.#step) * 2 ** 20;
    return [
      ['go_memstats_heap_inuse_bytes', heap],
      ['go_memstats_heap_alloc_bytes', heap],
      ['process_start_time_seconds', this.#startedAt / 1_000],
    ]
      .map(([metric, value]) => `${metric} ${value}\n`)
      .join('');
  }
}
