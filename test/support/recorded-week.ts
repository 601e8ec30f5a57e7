import { MemoryHistory } from '../../src/memory/memory-history.ts';
import { NOW, reading } from '../web/values.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A week with a restart, an hour in which nothing was read, and a climb at its end. */
export const WEEK = new MemoryHistory();
for (let at = NOW - 7 * 24 * HOUR; at <= NOW; at += MINUTE) {
  const age = (NOW - at) / HOUR;
  if (age > 14 && age < 15) continue;
  const mib =
    500 + 60 * Math.sin(age / 3) + 30 * ((at / MINUTE) % 9) + Math.max(0, 104 * (6 - age));
  WEEK.add(
    reading({
      at,
      rssBytes: mib * 2 ** 20,
      heapInuseBytes: 0.8 * mib * 2 ** 20,
      stackInuseBytes: (20 + age / 8) * 2 ** 20,
      goroutines: 1_000 + Math.round(100 * Math.sin(age)),
      startedAt: age > 9 ? NOW - 500 * HOUR : NOW - 9 * HOUR,
    }),
  );
}

export const HAPPENINGS = [
  { at: NOW - 9 * HOUR, kind: 'deployed', reason: 'v1.4.0 → v1.4.1' },
  { at: NOW - 5.2 * HOUR, kind: 'reading', reason: 'memory passed the trigger: above 25% of 2GiB' },
  {
    at: NOW - 5.2 * HOUR,
    kind: 'decision',
    reason: 'a heap profile is captured every 1m from now on',
  },
] as const;

const lane = 'oncall/email_configs[0]';
export const STORY = [
  ...HAPPENINGS.slice(1).map((each) => ({ ...each, reason: `checkout-1: ${each.reason}` })),
  {
    at: NOW - 5 * HOUR,
    kind: 'verdict',
    reason: 'checkout-1: heap: growing → suspect: floor grew 79MiB',
  },
  { at: NOW - 5 * HOUR, kind: 'opened', reason: 'floor grew 79MiB over 24 fresh profiles' },
  { at: NOW - 5 * HOUR, kind: 'not_told', reason: `${lane}: group_wait of 30s` },
  { at: NOW - 5 * HOUR + 30_000, kind: 'told', reason: `${lane}: opened` },
  {
    at: NOW - 5 * HOUR + 31_000,
    kind: 'retried',
    reason: `${lane}: opened: attempt 1: 451 not now`,
  },
  { at: NOW - 5 * HOUR + 33_000, kind: 'sent', reason: `${lane}: opened: 250 OK` },
  { at: NOW - 2 * HOUR, kind: 'escalated', reason: 'checkout-1: leak after 240 fresh profiles' },
  { at: NOW - HOUR, kind: 'acknowledged', reason: 'by ada until 2026-05-03T19:00:00Z: at it' },
] as const;
