import { formatBytes, formatDuration } from '../../config/units.ts';
import { MIN_PROFILES } from './daemon-config.ts';
import { LEAKING } from './services.ts';
import type { WatchedTarget } from './target-status.ts';

const MARGIN = ' '.repeat(8);

/** Which of the two messages have come. */
export interface Arrived {
  readonly mail: boolean;
  readonly webhook: boolean;
}

/** How a target stands, in one line: `12s  shop  31MiB  triggered  9 of 24 fresh profiles  insufficient`. */
export function statusLine(elapsedMs: number, target: WatchedTarget): string {
  const { name, memoryBytes, mode, fresh, state } = target;
  return [
    formatDuration(elapsedMs).padStart(6),
    name.padEnd(8),
    (memoryBytes === undefined ? '–' : formatBytes(memoryBytes)).padStart(8),
    mode.padEnd(10),
    `${fresh}${fresh < MIN_PROFILES ? ` of ${MIN_PROFILES}` : ''} fresh profiles`.padEnd(24),
    state,
  ]
    .join('  ')
    .trimEnd();
}

/** What has become different since the last look, each with the daemon's own reason. */
export function changeLines(before: WatchedTarget | undefined, now: WatchedTarget): string[] {
  const { name, mode, state, readingError } = now;
  const lines: string[] = [];
  if (mode !== before?.mode) lines.push(`${name} is ${mode}: ${now.modeReason}`);
  if (state !== (before?.state ?? '')) lines.push(`${name} is judged ${state}: ${now.reason}`);
  if (readingError !== '' && readingError !== before?.readingError) {
    lines.push(`${name} could not be read: ${readingError}`);
  }
  return lines.map((line) => MARGIN + line);
}

/** What the demo is waiting for now. */
export function awaited(targets: readonly WatchedTarget[], arrived: Arrived): string {
  if (arrived.mail && arrived.webhook) {
    return 'both messages are here; waiting for the verdict on the other service';
  }
  const leaking = targets.find(({ name }) => name === LEAKING.name);
  if (leaking === undefined) return 'waiting for the daemon to answer';
  if (['suspect', 'leak'].includes(leaking.state)) {
    const missing = [...(arrived.mail ? [] : ['mail']), ...(arrived.webhook ? [] : ['webhook'])];
    return `a leak is found; waiting for the ${missing.join(' and the ')}`;
  }
  if (leaking.fresh < MIN_PROFILES) {
    return `waiting for ${MIN_PROFILES} fresh profiles of each service, about one a second`;
  }
  return 'waiting for growth that neither noise nor a filling cache explains';
}
