import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { LiveHeap } from '../growth/live-growth.ts';
import { NO_CELLS } from '../kind/cells.ts';
import type { FloorGrowth, TopQuestion } from '../growth/top-growth.ts';
import { endsThreads } from '../runtime/end-threads.ts';
import type { AnalysisReply, AnalysisRequest, CapturedProfile, JudgeRules } from './request.ts';

/** What a target's history is rebuilt from: its newest snapshot, and the profiles saved since. */
export interface Past {
  snapshot(): Promise<Uint8Array | undefined>;
  /** Oldest first; each is read only when it is wanted, so that one at a time is in memory. */
  after(time: number): AsyncIterable<CapturedProfile>;
}

export interface Work {
  readonly capture: CapturedProfile;
  readonly rules: JudgeRules;
  /** What the readings of the process showed by then. */
  readonly live?: LiveHeap;
  /** Functions of which the verdict has to tell, whether it names them or not. */
  readonly follow?: readonly string[];
}

export type Folded = Extract<AnalysisReply, { kind: 'found' | 'unusable' }>;

/**
 * Folds captures into the histories, which live in a thread of their own: one thread, so that a
 * target's history has one home. Where that thread has no history of a target, after a start or
 * after it died of a profile, it is rebuilt from what `past` brings from disk.
 */
export interface Analyst {
  fold(target: string, work: Work, past: Past): Promise<Folded>;
  /** `undefined` where the thread has no history of the target. */
  snapshot(target: string): Promise<Uint8Array | undefined>;
  /** The functions that grew most; `undefined` where the thread has no history of the target. */
  growth(target: string, question: TopQuestion): Promise<readonly FloorGrowth[] | undefined>;
  /** The groups of a goroutine profile. */
  goroutines(
    bytes: Uint8Array,
    ownPackages: readonly string[],
  ): Promise<Extract<AnalysisReply, { kind: 'goroutines' | 'unusable' }>>;
  forget(target: string): Promise<void>;
  close(): Promise<void>;
}

/** Captures that may wait for the thread; more are refused, each costing its own target one capture. */
const MAX_WAITING = 1_000;
const MAX_HEAP_MIB = 2_048;

export function startAnalyst(maxHeapMib = MAX_HEAP_MIB): Analyst {
  const pool = new Piscina<AnalysisRequest, AnalysisReply>({
    filename: fileURLToPath(new URL('./thread.js', import.meta.url)),
    name: 'analyse',
    minThreads: 1,
    maxThreads: 1,
    maxQueue: MAX_WAITING,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
  });
  const close = endsThreads(pool);
  const ask = (request: AnalysisRequest) => pool.run(request);
  return {
    fold: async (target, work, past) => {
      const request: AnalysisRequest = { kind: 'fold', target, ...work };
      const first = await ask(request);
      if (first.kind !== 'no_history') return folded(first);
      const restored = await ask({ kind: 'restore', target, snapshot: await past.snapshot() });
      const since = restored.kind === 'restored' ? restored.until : 0;
      for await (const earlier of past.after(since)) {
        await ask({ kind: 'fold', target, ...work, capture: earlier, live: NO_CELLS });
      }
      return folded(await ask(request));
    },
    snapshot: async (target) => {
      const reply = await ask({ kind: 'snapshot', target });
      return reply.kind === 'snapshot' ? reply.bytes : undefined;
    },
    growth: async (target, question) => {
      const reply = await ask({ kind: 'growth', target, question });
      return reply.kind === 'growth' ? reply.functions : undefined;
    },
    goroutines: async (bytes, ownPackages) => {
      const reply = await ask({ kind: 'goroutines', bytes, ownPackages });
      if (reply.kind === 'goroutines' || reply.kind === 'unusable') return reply;
      throw new Error(`analysis: goroutines were answered with ${reply.kind}`);
    },
    forget: async (target) => void (await ask({ kind: 'forget', target })),
    close,
  };
}

function folded(reply: AnalysisReply): Folded {
  if (reply.kind === 'found' || reply.kind === 'unusable') return reply;
  throw new Error(`analysis: a fold was answered with ${reply.kind}`);
}
