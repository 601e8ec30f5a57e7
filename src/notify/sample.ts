import type { Suspect } from '../growth/verdict.ts';
import type { Incident, IncidentState, Sighting } from '../incident/incident.ts';

const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;

/** A made-up incident with every part filled in, to show what an alert looks like. */
export function sampleIncident(id: string, state: IncidentState, now: number): Incident {
  return {
    id,
    scope: 'checkout',
    kind: 'heap',
    function: STORE_CREATE.function,
    state,
    openedAt: now - 2 * HOUR_MS,
    updatedAt: now,
    resolvedAt: state === 'resolved' ? now : undefined,
    reason: REASONS[state],
    sightings: [sampleSighting(state, now)],
    events: [{ at: now - 2 * HOUR_MS, kind: 'opened', reason: REASONS.suspect }],
  };
}

const REASONS = {
  suspect:
    '38 fresh profiles: the floor of the live bytes rises in every third of the time, z 6.2, survival 97%',
  leak: '244 fresh profiles: the floor of the live bytes rises without end, z 12.1, survival 97%',
  resolved: 'no growth over 48 fresh profiles since the restart',
} as const;

const STORE_CREATE = {
  function: 'example.com/shop/internal/session.(*Store).Create',
  file: '/src/shop/internal/session/session.go',
  line: 17,
} as const;

function sampleSighting(state: IncidentState, now: number): Sighting {
  const limitReachedAt = now + 5 * HOUR_MS + 40 * 60_000;
  const grows = state !== 'resolved';
  return {
    target: 'heapwarden-test',
    labels: { service: 'checkout', env: 'test' },
    at: now,
    state,
    reason: REASONS[state],
    suspect: sampleSuspect(now),
    coSuspects: [],
    memory: {
      readingBytes: 1_012 * MIB,
      readingKind: 'rss',
      limitBytes: 2_048 * MIB,
      bytesPerHour: grows ? 182 * MIB : 0,
      limitReachedAt: grows ? limitReachedAt : undefined,
      limitReachedAtEarliest: grows ? limitReachedAt - 50 * 60_000 : undefined,
      limitReachedAtLatest: grows ? limitReachedAt + 70 * 60_000 : undefined,
    },
    profiles: undefined,
  };
}

function sampleSuspect(now: number): Suspect {
  return {
    ...STORE_CREATE,
    allocator: {
      function: 'example.com/shop/internal/session.newBuffer',
      file: '/src/shop/internal/session/buffer.go',
      line: 22,
    },
    stack: [
      'example.com/shop/internal/session.newBuffer',
      'example.com/shop/internal/session.(*Store).Create',
      'example.com/shop/internal/api.(*Handler).Login',
      'net/http.HandlerFunc.ServeHTTP',
      'net/http.(*ServeMux).ServeHTTP',
      'net/http.serverHandler.ServeHTTP',
      'net/http.(*conn).serve',
    ],
    inuseBytes: 374 * MIB,
    growthBytes: 364 * MIB,
    growthBytesPerHour: 182 * MIB,
    growthBytesPerHourLow: 152 * MIB,
    growthBytesPerHourHigh: 212 * MIB,
    share: 0.91,
    survival: 0.97,
    samples: 728,
    z: 12.1,
    since: now - 2 * HOUR_MS,
  };
}
