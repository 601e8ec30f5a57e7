import type { CaptureSettings, TriggerSettings } from '../config/config.ts';
import type { Reading } from './reading.ts';

/**
 * What the trigger knows of one target between readings.
 * - `starting`: no reading yet. - `normal`: below every threshold. - `triggered`: above one, or not
 * yet far enough below it again (hysteresis). - `blind`: no reading for a while; never "all well".
 */
export interface Trigger {
  readonly mode: 'starting' | 'normal' | 'triggered' | 'blind';
  /** Recent memory, oldest first, thinned to a bounded number of points. */
  readonly recent: readonly { readonly at: number; readonly bytes: number }[];
  readonly lastReadingAt: number | undefined;
  readonly lastCaptureAt: number | undefined;
  readonly decision: Decision;
}

/** Whether to capture a heap profile now, with the reason in plain words ("below 75% of 2GiB (1.1GiB)"). */
export interface Decision {
  readonly capture: 'none' | 'baseline' | 'triggered';
  readonly reason: string;
}

/** One step of the trigger's input: a reading that came, or one that did not. */
export type Observation =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'no_reading'; readonly at: number; readonly why: string };

export interface TriggerRules {
  readonly trigger: TriggerSettings;
  readonly capture: CaptureSettings;
  readonly readingIntervalMs: number;
  /** The configured limit, else the one the target tells. */
  readonly limitBytes: number | undefined;
}
