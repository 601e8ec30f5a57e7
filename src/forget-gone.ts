import pLimit from 'p-limit';
import type { Present } from './incident/scope.ts';
import { forgetTargets } from './incident/step.ts';
import type { Parts } from './parts.ts';
import type { Clock } from './runtime/clock.ts';
import type { Log } from './runtime/log.ts';
import { messageOf } from './runtime/message-of.ts';
import { sayIncidents } from './say-standing.ts';

/** What is remembered of a target that is gone, for the day that it comes back. */
const REMEMBERED_MS = 14 * 86_400_000;
/** A deployment ends thousands of processes, of each of which a file is written. */
const AT_ONCE = 8;

export interface Farewell {
  readonly parts: Pick<Parts, 'teller' | 'analyst' | 'metrics' | 'records' | 'store' | 'discovery'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of those whose loops ended, why; of incidents of others too. */
  readonly reason: string;
  readonly present: () => Present;
  /** What is not done then is done after the next start. */
  readonly isClosing: () => boolean;
}

/**
 * Nobody will report of the targets that are gone again. Their incidents wait until it is sure who is: after a
 * start or a reload a list may not be read yet. Never rejects, for others are to be watched all the same.
 */
export async function forgetGone(gone: readonly string[], farewell: Farewell): Promise<void> {
  const { parts, clock, log, isClosing } = farewell;
  const turn = pLimit(AT_ONCE);
  try {
    await Promise.all(gone.map((name) => turn(() => forgetOne(name, farewell))));
    if (isClosing()) return;
    if (parts.discovery.isSure()) await forgetIncidents(farewell);
    if (gone.length > 0)
      await parts.store.forgetOthers([...farewell.present().names], clock.now() - REMEMBERED_MS);
  } catch (error) {
    log.error('what is known of targets that are gone stays', { error: messageOf(error) });
  }
}

async function forgetOne(name: string, { parts, clock, log, isClosing }: Farewell): Promise<void> {
  if (isClosing()) return;
  parts.metrics.forgetTarget(name);
  await parts.records.forget(name, clock.now());
  await parts.analyst.forget(name).catch((error: unknown) => {
    log.warn('history of a target that is gone stays in memory', {
      target: name,
      error: messageOf(error),
    });
  });
}

async function forgetIncidents({ parts, clock, reason, present }: Farewell): Promise<void> {
  const departure = { at: clock.now(), reason };
  await parts.teller.report((incidents) => forgetTargets(incidents, present(), departure));
  sayIncidents(parts.metrics, parts.teller.incidents());
}
