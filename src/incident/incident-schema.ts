import { z } from 'zod';
import { GROWTH_KINDS } from '../memory/growth-kind.ts';
import { EVENT_KINDS, type Incident } from './incident.ts';

/** JSON has no `undefined`, so what is `undefined` in an incident is absent once it was written and read. */
const orUndefined = <T extends z.ZodType>(schema: T) =>
  schema.optional().transform((value) => value);

const place = { function: z.string(), file: z.string(), line: z.number() };

const suspect = z.object({
  ...place,
  allocator: z.object(place),
  stack: z.array(z.string()),
  inuseBytes: z.number(),
  growthBytes: z.number(),
  growthBytesPerHour: z.number(),
  growthBytesPerHourLow: z.number(),
  growthBytesPerHourHigh: z.number(),
  rateSince: z.number().exactOptional(),
  share: z.number(),
  survival: z.number(),
  samples: z.number(),
  z: z.number(),
  since: z.number(),
  state: z.enum(['insufficient', 'quiet', 'growing', 'suspect', 'leak']).exactOptional(),
  reason: z.string().exactOptional(),
  standstill: z.object({ since: z.number(), profiles: z.number() }).exactOptional(),
});

const savedProfile = z.object({ file: z.string(), at: z.number(), bytes: z.number() });

const memory = z.object({
  readingBytes: z.number(),
  readingKind: z.enum(['rss', 'go_total', 'heap_inuse']),
  limitBytes: orUndefined(z.number()),
  bytesPerHour: z.number(),
  limitReachedAt: orUndefined(z.number()),
  limitReachedAtEarliest: orUndefined(z.number()),
  limitReachedAtLatest: orUndefined(z.number()),
});

const state = z.enum(['suspect', 'leak', 'resolved']);

const shares = z.array(
  z.object({ kind: z.enum(GROWTH_KINDS), growthBytes: z.number(), share: z.number() }),
);

const groupGrowth = z.object({
  blockedIn: z.object(place),
  startedBy: z.object(place),
  state: z.string(),
  was: z.number(),
  count: z.number(),
});

const goroutines = z.object({
  blockedIn: z.object(place),
  startedBy: z.object(place),
  createdIn: orUndefined(z.string()),
  state: z.string(),
  stack: z.array(z.string()),
  count: z.number(),
  grownBy: z.number(),
  perHour: z.number(),
  bytesEach: orUndefined(z.number()),
  isProven: z.boolean(),
  groups: z.array(groupGrowth).exactOptional(),
  groupsSince: z.number().exactOptional(),
});

const quiet = z.object({
  fromFresh: z.number(),
  sinceRestart: z.boolean(),
  restartedAt: z.number().exactOptional(),
  inPlaceOf: z.string().exactOptional(),
  toFresh: z.number().exactOptional(),
  memoryBytes: z.number().exactOptional(),
  stillSince: z.number().exactOptional(),
});

const unread = z.object({
  since: z.number(),
  why: z.string(),
  nearLimit: z.literal(true).exactOptional(),
  lastReport: z.object({ memory, atPresent: z.string().exactOptional() }).exactOptional(),
});

const foreseen = z.object({
  fromFresh: z.number(),
  latest: z.number(),
  lasting: z.object({ at: z.number(), limitReachedAt: z.number() }).exactOptional(),
});

const sighting = z.object({
  target: z.string(),
  labels: z.record(z.string(), z.string()),
  at: z.number(),
  state,
  reason: z.string(),
  atPresent: z.string().exactOptional(),
  suspect,
  coSuspects: z.array(suspect),
  memory,
  foreseen: foreseen.exactOptional(),
  profiles: orUndefined(z.object({ before: savedProfile, after: savedProfile })),
  shares: shares.exactOptional(),
  goroutines: goroutines.exactOptional(),
  revision: z.string().exactOptional(),
  quiet: quiet.exactOptional(),
  unread: unread.exactOptional(),
  isLeft: z.literal(true).exactOptional(),
  goneAt: z.number().exactOptional(),
  formerly: z.string().exactOptional(),
  leakSince: z.number().exactOptional(),
});

const event = z.object({ at: z.number(), kind: z.enum(EVENT_KINDS), reason: z.string() });

/** Reads an incident back from JSON; unknown keys are dropped. */
export const incidentSchema: z.ZodType<Incident> = z.object({
  id: z.string(),
  scope: z.string(),
  kind: z.enum(GROWTH_KINDS),
  function: z.string(),
  state,
  openedAt: z.number(),
  updatedAt: z.number(),
  resolvedAt: orUndefined(z.number()),
  turnedAt: z.number().exactOptional(),
  reason: z.string(),
  sightings: z.array(sighting),
  unlistedTargets: z.array(z.string()).exactOptional(),
  scopeTargets: z.number().exactOptional(),
  events: z.array(event),
});
