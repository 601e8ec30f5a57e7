import type { Suspect, Verdict, VerdictState } from '../../src/growth/verdict.ts';
import type { Incident, Sighting } from '../../src/incident/incident.ts';
import { memoryInUse, type Reading } from '../../src/memory/reading.ts';
import type { Log } from '../../src/runtime/log.ts';
import type { Dashboard, TargetStatus } from '../../src/web/status.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};

export const NOW = Date.UTC(2026, 4, 3, 12, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MIB = 2 ** 20;

/** A daemon that knows these values. */
export function dashboardOf(parts: Partial<Dashboard>): Dashboard {
  const targets = parts.targets ?? (() => []);
  return {
    targets,
    target: (name) => targets().find((one) => one.name === name),
    incidents: () => [],
    outbox: () => ({ pending: [], dead: [] }),
    profiles: () => Promise.resolve(undefined),
    readProfile: () => Promise.resolve(undefined),
    ready: () => true,
    reload: () => Promise.resolve({ ok: true }),
    metrics: () =>
      Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: Buffer.from('up 1\n') }),
    ...parts,
  };
}

export function target(parts: Partial<TargetStatus> = {}): TargetStatus {
  const { limitBytes = 2048 * MIB, reading: read = reading() } = parts;
  const { kind, bytes } = memoryInUse(read);
  const memory = { readingBytes: bytes, readingKind: kind, limitBytes };
  const isRead = !('reading' in parts) || parts.reading !== undefined;
  return {
    lastReading: isRead ? { at: read.at, memory } : undefined,
    name: 'checkout-1',
    url: 'http://10.0.0.7:6060',
    labels: { service: 'checkout', env: 'prod' },
    limitBytes: 2048 * MIB,
    reading: reading(),
    readingError: undefined,
    trigger: {
      mode: 'normal',
      decision: { capture: 'none', reason: 'below 75% of 2GiB (1.1GiB)' },
    },
    capture: {
      kind: 'saved',
      at: NOW - 4 * MINUTE,
      file: '20260503T115600Z-81264640.pb.gz',
      bytes: 48_211,
      profile: {
        timeMs: NOW - 4 * MINUTE,
        fresh: true,
        newEpoch: false,
        inuseBytes: 81_264_640,
        stacks: 412,
        buildId: 'f00',
      },
    },
    verdict: verdict('quiet'),
    recent: climb(60, 600, 1_126),
    ...parts,
  };
}

export function climb(points: number, fromMib: number, toMib: number): TargetStatus['recent'] {
  return Array.from({ length: points }, (_, index) => ({
    at: NOW - (points - 1 - index) * 5 * MINUTE,
    bytes: Math.round((fromMib + ((toMib - fromMib) * index) / (points - 1)) * MIB),
  }));
}

export function reading(parts: Partial<Reading> = {}): Reading {
  return {
    at: NOW - 12_000,
    source: 'metrics',
    heapInuseBytes: 900 * MIB,
    heapAllocBytes: 850 * MIB,
    heapIdleBytes: 120 * MIB,
    heapReleasedBytes: 80 * MIB,
    stackInuseBytes: 3 * MIB,
    profilerBytes: 1.5 * MIB,
    sysBytes: 1_150 * MIB,
    nextGcBytes: 1_200 * MIB,
    rssBytes: 1_126 * MIB,
    limitBytes: undefined,
    goroutines: 1_204,
    gcCount: 3_311,
    startedAt: NOW - 29 * HOUR,
    goVersion: 'go1.24.9',
    ...parts,
  };
}

export function verdict(state: VerdictState, parts: Partial<Verdict> = {}): Verdict {
  return {
    state,
    reason: 'no function grows: 38 fresh profiles over 6h',
    tests: [
      { name: 'floor growth', passed: false, reason: '0.4MiB of at least 4MiB' },
      { name: 'persistence', passed: true, reason: 'rose in 9 of 12 steps' },
    ],
    suspects: [],
    profiles: 40,
    fresh: 38,
    epochs: 1,
    freshInEpoch: 38,
    ...parts,
  };
}

export function suspect(parts: Partial<Suspect> = {}): Suspect {
  return {
    function: 'example.com/shop/internal/session.(*Store).Create',
    file: '/src/shop/internal/session/session.go',
    line: 17,
    allocator: { function: 'bytes.growSlice', file: '/go/src/bytes/buffer.go', line: 249 },
    stack: [
      'bytes.growSlice',
      'bytes.(*Buffer).Write',
      'example.com/shop/internal/session.(*Store).Create',
      'example.com/shop/internal/http.(*Server).Login',
      'net/http.(*conn).serve',
    ],
    inuseBytes: 81_264_640,
    growthBytes: 79_691_776,
    growthBytesPerHour: 119_537_664,
    growthBytesPerHourLow: 110_000_000,
    growthBytesPerHourHigh: 128_000_000,
    share: 0.91,
    survival: 0.97,
    samples: 152,
    z: 12.1,
    since: NOW - 6 * HOUR,
    ...parts,
  };
}

export function sighting(parts: Partial<Sighting> = {}): Sighting {
  return {
    target: 'checkout-1',
    labels: { service: 'checkout' },
    at: NOW - 4 * MINUTE,
    state: 'leak',
    reason: 'grew in each of 240 fresh profiles',
    suspect: suspect(),
    coSuspects: [],
    memory: {
      readingBytes: 1_126 * MIB,
      readingKind: 'rss',
      limitBytes: 2_048 * MIB,
      bytesPerHour: 119_537_664,
      limitReachedAt: NOW + 8 * HOUR,
      limitReachedAtEarliest: NOW + 7 * HOUR,
      limitReachedAtLatest: NOW + 9 * HOUR,
    },
    profiles: {
      before: { file: 'a.pb.gz', at: NOW - 6 * HOUR, bytes: 40_000 },
      after: { file: 'b.pb.gz', at: NOW - 4 * MINUTE, bytes: 48_211 },
    },
    ...parts,
  };
}

export function incident(parts: Partial<Incident> = {}): Incident {
  return {
    id: 'c0ffee',
    scope: 'checkout',
    kind: 'heap',
    function: 'example.com/shop/internal/session.(*Store).Create',
    state: 'leak',
    openedAt: NOW - 5 * HOUR,
    updatedAt: NOW - 4 * MINUTE,
    resolvedAt: undefined,
    reason: 'grows by 114MiB/h over 6h in 240 fresh profiles, 91% of all growth',
    sightings: [sighting()],
    events: [
      { at: NOW - 5 * HOUR, kind: 'opened', reason: 'suspect after 24 fresh profiles' },
      { at: NOW - 2 * HOUR, kind: 'escalated', reason: 'leak after 240 fresh profiles' },
      { at: NOW - 2 * HOUR, kind: 'told', reason: 'oncall by email_configs[0]' },
    ],
    ...parts,
  };
}
