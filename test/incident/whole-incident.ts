import type { Incident } from '../../src/incident/incident.ts';

/** With every field that may be absent: what is added to the type has to be added here, and so to what is read back. */
export type Whole<T> = T extends readonly (infer Each)[]
  ? readonly Whole<Each>[]
  : T extends object
    ? { readonly [Field in keyof T]-?: Whole<Exclude<T[Field], undefined>> }
    : T;

const PLACE = { function: 'cache.Put', file: 'cache.go', line: 17 };
const SUSPECT: Whole<Incident>['sightings'][number]['suspect'] = {
  ...PLACE,
  allocator: { function: 'append', file: 'slice.go', line: 22 },
  stack: ['append', 'cache.Put'],
  inuseBytes: 1,
  growthBytes: 2,
  growthBytesPerHour: 3,
  growthBytesPerHourLow: 4,
  growthBytesPerHourHigh: 5,
  rateSince: 6,
  share: 0.7,
  survival: 0.8,
  samples: 9,
  z: 10,
  since: 11,
  state: 'growing',
  reason: 'it levels off',
  standstill: { since: 12, profiles: 13 },
};

export const WHOLE_INCIDENT: Whole<Incident> = {
  id: 'one',
  scope: 'shop',
  kind: 'goroutine',
  function: 'cache.Put',
  state: 'leak',
  openedAt: 1,
  updatedAt: 2,
  resolvedAt: 3,
  turnedAt: 4,
  reason: 'it grows',
  sightings: [
    {
      target: 'shop-1',
      labels: { service: 'shop' },
      at: 5,
      state: 'leak',
      reason: 'it grows',
      atPresent: 'too few profiles',
      suspect: SUSPECT,
      coSuspects: [SUSPECT],
      memory: {
        readingBytes: 6,
        readingKind: 'rss',
        limitBytes: 7,
        bytesPerHour: 8,
        limitReachedAt: 9,
        limitReachedAtEarliest: 10,
        limitReachedAtLatest: 11,
      },
      foreseen: { fromFresh: 41, latest: 42, lasting: { at: 43, limitReachedAt: 44 } },
      profiles: {
        before: { file: 'before.pb.gz', at: 12, bytes: 13 },
        after: { file: 'after.pb.gz', at: 14, bytes: 15 },
      },
      shares: [{ kind: 'heap', growthBytes: 16, share: 0.17 }],
      goroutines: {
        blockedIn: PLACE,
        startedBy: PLACE,
        createdIn: 'api.Handle',
        state: 'chan send',
        stack: ['cache.Put'],
        count: 18,
        grownBy: 19,
        perHour: 20,
        bytesEach: 21,
        isProven: true,
        groups: [{ blockedIn: PLACE, startedBy: PLACE, state: 'select', was: 22, count: 23 }],
        groupsSince: 24,
      },
      revision: 'v1.4.2',
      quiet: {
        fromFresh: 25,
        sinceRestart: true,
        restartedAt: 26,
        inPlaceOf: 'shop-0',
        toFresh: 27,
        memoryBytes: 28,
        stillSince: 29,
      },
      unread: {
        since: 30,
        why: 'connect ECONNREFUSED',
        nearLimit: true,
        lastReport: {
          memory: {
            readingBytes: 35,
            readingKind: 'rss',
            limitBytes: 36,
            bytesPerHour: 37,
            limitReachedAt: 38,
            limitReachedAtEarliest: 39,
            limitReachedAtLatest: 40,
          },
          atPresent: 'it slows down',
        },
      },
      isLeft: true,
      goneAt: 31,
      formerly: 'shop-0',
      leakSince: 32,
    },
  ],
  unlistedTargets: ['shop-2'],
  scopeTargets: 33,
  events: [{ at: 34, kind: 'opened', reason: 'it grows' }],
};
