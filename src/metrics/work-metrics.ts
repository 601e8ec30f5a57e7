import type { Held } from '../analysis/histories.ts';
import type { Answer } from '../notify/notification.ts';
import type { Instruments } from './instruments.ts';

const READING_OUTCOMES = ['success', 'failure'] as const;
const CAPTURE_OUTCOMES = ['success', 'failure', 'refused'] as const;
const ANSWERS: readonly Answer['kind'][] = ['sent', 'retry', 'refused'];

export type ReadingOutcome = (typeof READING_OUTCOMES)[number];
/** `failure`: no bytes came, or they could not be kept. `refused`: they are no usable heap profile. */
export type CaptureOutcome = (typeof CAPTURE_OUTCOMES)[number];

/**
 * What the daemon does, counted. Counters start at 0 for every outcome, so that the first failure
 * is an increase that `rate()` sees.
 */
export function workMetrics(make: Instruments) {
  return {
    ...readingMetrics(make),
    ...captureMetrics(make),
    ...notificationMetrics(make),
  };
}

function readingMetrics(make: Instruments) {
  const readings = make.counter('readings_total', 'Readings of targets, by outcome.', ['outcome']);
  const duration = make.histogram(
    'reading_duration_seconds',
    'Time that readings took, failed ones included.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  for (const outcome of READING_OUTCOMES) readings.inc({ outcome }, 0);
  return {
    readingDone: (outcome: ReadingOutcome, seconds: number): void => {
      readings.inc({ outcome });
      duration.observe(seconds);
    },
  };
}

function captureMetrics(make: Instruments) {
  const captures = make.counter('captures_total', 'Captures of heap profiles, by outcome.', [
    'outcome',
  ]);
  const duration = make.histogram(
    'capture_duration_seconds',
    'Time that captures took, failed ones included.',
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  );
  const size = make.histogram(
    'capture_size_bytes',
    'Size of captured heap profiles, as they were sent.',
    [2 ** 12, 2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20, 2 ** 22, 2 ** 24, 2 ** 26],
  );
  const stale = make.counter(
    'profiles_stale_total',
    'Captured profiles that no garbage collection had renewed; they are no evidence.',
  );
  const decoding = make.histogram(
    'decode_duration_seconds',
    'Time that decoding heap profiles took.',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  );
  const histories = make.gauge(
    'histories',
    'Histories of targets in memory: open while they are wanted soonest, else packed.',
    ['state'],
  );
  const packedSize = make.gauge('histories_packed_bytes', 'Memory that packed histories take.');
  for (const outcome of CAPTURE_OUTCOMES) captures.inc({ outcome }, 0);
  return {
    captureDone: (outcome: CaptureOutcome, seconds: number, bytes?: number): void => {
      captures.inc({ outcome });
      duration.observe(seconds);
      if (bytes !== undefined) size.observe(bytes);
    },
    decodeDone: (seconds: number): void => decoding.observe(seconds),
    profileStale: (): void => stale.inc(),
    historiesHeld: ({ open, packed, packedBytes }: Held): void => {
      histories.set({ state: 'open' }, open);
      histories.set({ state: 'packed' }, packed);
      packedSize.set(packedBytes);
    },
  };
}

function notificationMetrics(make: Instruments) {
  const notifications = make.counter(
    'notifications_total',
    'Attempts to hand a notification over, by what the other side said.',
    ['receiver', 'channel', 'outcome'],
  );
  return {
    /** For each channel of the configuration, before its first attempt. */
    channelKnown: (receiver: string, channel: string): void => {
      for (const outcome of ANSWERS) notifications.inc({ receiver, channel, outcome }, 0);
    },
    /** `channel` as in the configuration: `email_configs[0]`. */
    notificationDone: (receiver: string, channel: string, outcome: Answer['kind']): void =>
      notifications.inc({ receiver, channel, outcome }),
  };
}
