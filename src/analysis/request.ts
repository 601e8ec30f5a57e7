import type { DetectionSettings } from '../config/config.ts';
import type { Look } from '../goroutine/pile-up.ts';
import type { LiveHeap } from '../growth/live-growth.ts';
import type { FloorGrowth, TopQuestion } from '../growth/top-growth.ts';
import type { Finding } from '../growth/verdict.ts';
import type { Held } from './histories.ts';

/** The detection settings of a target, with what names its own code. */
export interface JudgeRules extends DetectionSettings {
  readonly ownPackages: readonly string[];
  /** The service that the target is a replica of, where a label tells it. */
  readonly service?: string | undefined;
}

/** One heap profile as it came, and what is known of the moment it was taken. */
export interface CapturedProfile {
  readonly bytes: Uint8Array;
  /** Unix milliseconds, by our clock. */
  readonly at: number;
  /** Start of the process, where a reading told it. */
  readonly startedAt: number | undefined;
}

/** What the main thread asks of the thread that holds the histories. */
export type AnalysisRequest =
  | {
      readonly kind: 'fold';
      readonly target: string;
      readonly capture: CapturedProfile;
      readonly rules: JudgeRules;
      readonly live?: LiveHeap | undefined;
      /** Functions of which the verdict has to tell, whether it names them or not. */
      readonly follow?: readonly string[];
    }
  | {
      readonly kind: 'restore';
      readonly target: string;
      readonly snapshot: Uint8Array | undefined;
    }
  | { readonly kind: 'snapshot'; readonly target: string }
  | {
      readonly kind: 'goroutines';
      readonly bytes: Uint8Array;
      readonly ownPackages: readonly string[];
    }
  | { readonly kind: 'growth'; readonly target: string; readonly question: TopQuestion }
  | { readonly kind: 'forget'; readonly target: string };

/** Failures of a profile come back as values: an error loses its class on the way between threads. */
export type AnalysisReply =
  | {
      readonly kind: 'found';
      readonly finding: Finding;
      readonly decodeSeconds: number;
      readonly held: Held;
    }
  | { readonly kind: 'unusable'; readonly why: string; readonly message: string }
  | { readonly kind: 'no_history' }
  /** `until`: time of the newest capture in the restored history; 0 for an empty one. */
  | { readonly kind: 'restored'; readonly until: number }
  | { readonly kind: 'snapshot'; readonly bytes: Uint8Array }
  | { readonly kind: 'goroutines'; readonly look: Omit<Look, 'at'> }
  | { readonly kind: 'growth'; readonly functions: readonly FloorGrowth[] }
  | { readonly kind: 'forgotten' };
