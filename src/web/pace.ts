import { html } from 'hono/html';
import { formatDuration } from '../config/units.ts';
import type { Html } from './format.ts';
import { moment } from './format.ts';
import type { TargetStatus } from './status.ts';

/** `next capture in 8m, then every 10m while memory stays as it is`; empty without readings, for none comes then. */
export function nextCapture({ nextCaptureAt, captureEveryMs }: TargetStatus, now: number): Html {
  if (nextCaptureAt === undefined || captureEveryMs === undefined) return html``;
  const soon = nextCaptureAt <= now;
  return html`next capture ${soon ? 'at the next reading' : moment(nextCaptureAt, now)}, then every
  ${formatDuration(captureEveryMs)} while memory stays as it is`;
}

/** From before heapwarden was started, of which nothing else is known than that it read the target then. */
export function mayHaveProfiles({ reading, lastReading }: TargetStatus): boolean {
  return reading === undefined && lastReading !== undefined;
}

export function nothingCaptured(target: TargetStatus): string {
  return mayHaveProfiles(target) ? 'not captured since heapwarden was started' : 'not captured yet';
}

/** `about 3h48m at the present pace`: until there are profiles enough for a verdict; `undefined` where there are, or none comes. */
export function timeToVerdict(target: TargetStatus, now: number): string | undefined {
  const { verdict, detection, nextCaptureAt, captureEveryMs } = target;
  if (detection === undefined || nextCaptureAt === undefined || captureEveryMs === undefined)
    return undefined;
  if (verdict !== undefined && verdict.state !== 'insufficient') return undefined;
  const missing = detection.minProfiles - (verdict?.freshInEpoch ?? 0);
  if (missing <= 0) return undefined;
  const firstMs = Math.max(0, nextCaptureAt - now);
  const restMs = (missing - 1) * captureEveryMs * capturesPerFresh(target);
  return `about ${formatDuration(firstMs + restMs)} at the present pace`;
}

/** A service that seldom collects garbage gives the same profile again. */
function capturesPerFresh({ verdict }: TargetStatus): number {
  if (verdict === undefined || verdict.fresh === 0) return 1;
  return Math.max(1, verdict.profiles / verdict.fresh);
}
