import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { endsThreads } from '../runtime/end-threads.ts';
import type { Comparison, ProfilePair } from './comparison.ts';
import type { FunctionGrowth, GrowthQuestion } from './function-growth.ts';
import type * as worker from './worker.ts';
import type { CompareTask, Outcome } from './worker.ts';

/** Thrown where a picture cannot be had now; the message says why and what to do. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
  /** `refused`: what was asked for cannot be drawn. `busy`: it may be later. */
  readonly kind: 'refused' | 'busy';

  constructor(message: string, options: ErrorOptions & { kind?: 'refused' | 'busy' } = {}) {
    super(message, options);
    this.kind = options.kind ?? 'refused';
  }
}

/**
 * Decodes profiles and draws pictures in threads of their own, so that a large one never holds up what
 * the daemon is there for. What waits, how long one takes and how much memory it gets are bounded;
 * beyond them, a `PictureError`.
 */
export interface Pictures {
  compare(task: CompareTask): Promise<Comparison>;
  /** What changed between two profiles, as a profile. */
  difference(pair: ProfilePair): Promise<Uint8Array>;
  growth(question: GrowthQuestion): Promise<readonly FunctionGrowth[]>;
  /** As wide as `width` pixels. */
  png(svg: string, size: { readonly width: number }): Promise<Uint8Array>;
  close(): Promise<void>;
}

const MAX_WAITING = 16;
const MAX_MS = 20_000;
const MAX_HEAP_MB = 768;
const IDLE_MS = 30_000;

export function createPictures({ threads = 2 } = {}): Pictures {
  const pool = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: Math.min(threads, availableParallelism()),
    maxQueue: MAX_WAITING,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const close = endsThreads(pool);
  const run: Run = async (name, task) => {
    try {
      return await pool.run(task, { name, signal: AbortSignal.timeout(MAX_MS) });
    } catch (cause) {
      throw pictureErrorOf(cause);
    }
  };
  return {
    compare: async (task) => valueOf(await run('compare', task)),
    difference: async (pair) => valueOf(await run('difference', pair)),
    growth: async (question) => valueOf(await run('growth', question)),
    png: (svg, { width }) => run('png', { svg, width }),
    close,
  };
}

type Tasks = typeof worker;

/** What a thread's entry of this name gives for this task. */
type Run = <Name extends keyof Tasks>(
  name: Name,
  task: Parameters<Tasks[Name]>[0],
) => Promise<Awaited<ReturnType<Tasks[Name]>>>;

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.value;
  throw new PictureError(outcome.reason);
}

/** The failures that are about what was asked, in words; others are bugs and stay as they are. */
function pictureErrorOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (error.name === 'AbortError') {
    return new PictureError(
      `picture: not drawn within ${MAX_MS / 1_000}s; use go tool pprof on the saved profiles`,
      { cause: error },
    );
  }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new PictureError(
      `picture: takes more than ${MAX_HEAP_MB}MiB to draw; use go tool pprof on the saved profiles`,
      { cause: error },
    );
  }
  if (/task queue is at limit/i.test(error.message)) {
    return new PictureError('picture: too many are being drawn; try again in a moment', {
      kind: 'busy',
      cause: error,
    });
  }
  return error;
}
