import type { Threshold, TriggerSettings } from '../config/config.ts';
import { formatBytes, formatDuration } from '../config/units.ts';
import { judgeGrowth, type Growth } from './growth-rate.ts';
import type { Recent } from './recent.ts';

/** How memory stands to the thresholds: over one, far enough below all of them, or between. */
export interface Standing {
  readonly exceeded: boolean;
  readonly calm: boolean;
  readonly reason: string;
}

const CALM_LEVEL = 0.9;
const CALM_GROWTH = 0.5;
/** Kendall's tau from which growth counts as steady, and down to which it goes on counting. */
const STEADY_TAU = 0.85;
const FADING_TAU = 0.6;

/** Judges the newest point against the level, and the way to it against the rate of growth. */
export function standAgainst(
  recent: Recent,
  { above, growthBytesPerHour }: TriggerSettings,
  limitBytes: number | undefined,
): Standing {
  const level = standAgainstLevel(recent.bytes(recent.length - 1), above, limitBytes);
  const growth = standAgainstGrowth(recent, growthBytesPerHour);
  return {
    exceeded: level.exceeded || growth.exceeded,
    calm: level.calm && growth.calm,
    reason: `${level.reason}; ${growth.reason}`,
  };
}

function standAgainstLevel(
  bytes: number,
  above: Threshold,
  limitBytes: number | undefined,
): Standing {
  if (above.kind === 'share' && limitBytes === undefined) {
    const reason = `no memory limit known to take ${percent(above.share)} of (${formatBytes(bytes)} in use; set memory_limit or GOMEMLIMIT)`;
    return { exceeded: false, calm: true, reason };
  }
  const level = above.kind === 'bytes' ? above.bytes : above.share * (limitBytes ?? 0);
  const exceeded = bytes >= level;
  const calm = bytes < CALM_LEVEL * level;
  const figures = `${exceeded ? 'above' : 'below'} ${nameOf(above, limitBytes)} (${formatBytes(bytes)})`;
  const reason = exceeded || calm ? figures : `${figures}, within ${percent(1 - CALM_LEVEL)} of it`;
  return { exceeded, calm, reason };
}

function nameOf(above: Threshold, limitBytes: number | undefined): string {
  return above.kind === 'bytes'
    ? formatBytes(above.bytes)
    : `${percent(above.share)} of ${formatBytes(limitBytes ?? 0)}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))}%`;
}

function standAgainstGrowth(recent: Recent, threshold: number): Standing {
  const { whole, newest } = judgeGrowth(recent);
  const over = [newest, whole].find((growth) => reaches(growth, threshold, STEADY_TAU));
  const fading = reaches(newest, CALM_GROWTH * threshold, FADING_TAU);
  return {
    exceeded: over !== undefined,
    calm: over === undefined && !fading,
    reason: describeGrowth(over ?? whole, threshold),
  };
}

function reaches(growth: Growth, bytesPerHour: number, tau: number): boolean {
  return growth.kind === 'judged' && growth.bytesPerHour >= bytesPerHour && growth.tau >= tau;
}

/** "growing 3MiB/h over 1h, under 64MiB/h" */
function describeGrowth(growth: Growth, threshold: number): string {
  if (growth.kind === 'unknown') return `growth not judged yet: ${growth.reason}`;
  const rate = `${formatBytes(Math.abs(growth.bytesPerHour))}/h over ${formatSpan(growth.spanMs)}`;
  const limit = `${formatBytes(threshold)}/h`;
  if (growth.bytesPerHour < 0) return `shrinking ${rate}`;
  if (growth.bytesPerHour < threshold) return `growing ${rate}, under ${limit}`;
  return growth.tau >= STEADY_TAU
    ? `growing ${rate}, over ${limit}`
    : `wavering by ${rate}, not growing steadily`;
}

/** To the minute where it is ten or more: "1h", not "59m45s". */
function formatSpan(ms: number): string {
  return formatDuration(ms < 600_000 ? ms : Math.round(ms / 60_000) * 60_000);
}
