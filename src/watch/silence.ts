import type { TargetConfig } from '../config/config.ts';
import type { Silence } from '../incident/unread.ts';
import type { Unread } from '../web/status.ts';
import { lastReading } from './last-reading.ts';
import type { Watched } from './watched.ts';

const MAX_WHY = 300;

/** For the incidents of a target: the same as `unreadOf`. */
export function silenceOf(config: TargetConfig, watched: Watched, at: number): Silence | undefined {
  const unread = unreadOf(config, watched);
  return unread && { at, why: unread.why, last: lastReading(config, watched) };
}

/**
 * What is known of a target that gives no readings; `undefined` of one that does. What pages and API say of it, and
 * what its incidents and by them messages do, all comes from here.
 */
export function unreadOf(config: TargetConfig, watched: Watched): Unread | undefined {
  const { trigger, readingError, recalled, reading, verdict } = watched;
  if (trigger.mode !== 'blind') return undefined;
  const since = lastReading(config, watched)?.at ?? trigger.watchedSince;
  if (since === undefined) return undefined;
  const why = readingError?.message ?? recalled.why ?? 'no reading came';
  const found = reading === undefined && verdict === undefined ? recalled.found : undefined;
  return { since, why: cut(why), found };
}

/** For a line or two, the same wherever it is told. */
function cut(why: string): string {
  return why.length > MAX_WHY ? `${why.slice(0, MAX_WHY - 1)}…` : why;
}
