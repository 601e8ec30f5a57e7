import type { SavedProfile } from '../../incident/incident.ts';
import type { Comparison } from '../../picture/comparison.ts';
import type { Asked } from './link.ts';

/** What a link asked for, with what came of it. */
export interface Compared {
  readonly target: string;
  readonly asked: Asked;
  /** All there are of the target, oldest first. */
  readonly saved: readonly SavedProfile[];
  /** When another process began to answer between the two, Unix milliseconds; `undefined` where none did. */
  readonly restartedAt: number | undefined;
  readonly comparison: Comparison;
}
