import type { VerdictState } from '../growth/verdict.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import type { Trend } from './trend.ts';

/** What the readings of one target say of what grows in it. */
export interface KindVerdict {
  /** What grows most; `undefined` where nothing grows beyond its own unrest. */
  readonly kind: GrowthKind | undefined;
  /** In plain words, also where nothing grows, and what the readings cannot tell. */
  readonly reason: string;
  /** All that grew by what the rules ask and beyond its own unrest, however much less than the largest. */
  readonly grown: readonly GrowthKind[];
  /** How the growth of the process divides, the largest first; empty where it did not grow. */
  readonly shares: readonly GrowthShare[];
  /** What of it may be told as a leak. The heap is not among them: its profiles tell more. */
  readonly alarms: readonly KindAlarm[];
}

export interface GrowthShare {
  readonly kind: GrowthKind;
  readonly growthBytes: number;
  /** Of the growth of all kinds, 0 to 1. */
  readonly share: number;
}

export const ALARMING_KINDS = ['goroutine', 'off_heap', 'profiler'] as const satisfies GrowthKind[];

export type AlarmingKind = (typeof ALARMING_KINDS)[number];

/** How one kind stands that may be told as a leak. */
export interface KindAlarm {
  readonly kind: AlarmingKind;
  readonly state: VerdictState;
  readonly reason: string;
  /** Over the window that it was decided on; absent where there is none yet. */
  readonly trend: Trend | undefined;
  /** Whether it is called a leak for want of time, and not because it lasted. */
  readonly isUrgent?: true;
}
