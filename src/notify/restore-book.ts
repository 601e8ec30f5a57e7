import { z } from 'zod';
import { incidentSchema } from '../incident/incident-schema.ts';
import { GROWTH_KINDS } from '../memory/growth-kind.ts';
import { EMPTY_BOOK, type Book, type Told } from './book.ts';
import { newestDead } from './dead-letters.ts';
import type { Notification } from './notification.ts';
import type { Acknowledgement, Silence } from './silences.ts';
import { toldIncident } from './told-incident.ts';

/** Thrown where the saved book cannot be read; starting without it would tell everything again. */
export class BookError extends Error {
  override readonly name = 'BookError';
}

/** The book as it was saved in `file`; the empty one where nothing was saved yet. Throws `BookError`. */
export function restoreBook(saved: unknown, file = 'the book'): Book {
  if (saved === undefined) return EMPTY_BOOK;
  const parsed = BOOK.safeParse(withoutNull(saved));
  if (parsed.success) return withMeasured(parsed.data);
  const [issue] = parsed.error.issues;
  throw new BookError(
    `${file}: the saved incidents and notifications cannot be read: ${placeOf(issue)}; ` +
      'restore the file from a backup, or move it away to begin anew (what fires is then told again)',
    { cause: parsed.error },
  );
}

function placeOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'unreadable';
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}

/** Earlier versions kept whole incidents in notifications, unmeasured. */
function withMeasured(book: Book): Book {
  const measured = (notification: Notification) =>
    notification.jsonLength === undefined
      ? asRestored({ ...notification, incident: toldIncident(notification.incident) })
      : notification;
  return {
    ...book,
    pending: book.pending.map(measured),
    dead: newestDead(book.dead.map(measured)),
  };
}

/**
 * The notification as a restart would find it, figures and the order of keys included, so that what
 * is sent again after a crash is the same to the byte. A receiver may hold a key to its first body.
 */
export function asRestored(notification: Notification): Notification {
  const text = JSON.stringify(notification);
  const parsed = NOTIFICATION.safeParse(withoutNull(JSON.parse(text)));
  return { ...(parsed.success ? parsed.data : notification), jsonLength: text.length };
}

/**
 * A book has no `null`, but JSON writes one for a figure that was infinite or not a number. One
 * figure that could not be worked out must not cost the whole book, so it comes back as 0.
 */
function withoutNull(value: unknown): unknown {
  if (value === null) return 0;
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNull(each)]));
}

/** JSON leaves out what is `undefined`. */
const orUndefined = <T extends z.ZodType>(schema: T) =>
  schema.optional().transform((value) => value);

const severity = z.enum(['warning', 'critical']);

const NOTIFICATION: z.ZodType<Notification> = z.object({
  id: z.string(),
  incident: incidentSchema,
  cause: z.enum(['opened', 'escalated', 'updated', 'repeated', 'resolved', 'test']),
  news: z.string().exactOptional(),
  severity: severity.exactOptional(),
  receiver: z.string(),
  channel: z.string(),
  createdAt: z.number(),
  revivedAt: z.number().exactOptional(),
  attempts: z.number(),
  nextAttemptAt: z.number(),
  jsonLength: z.number().exactOptional(),
  triedAt: z.number().exactOptional(),
  lastAnswer: orUndefined(z.string()),
});

const TOLD: z.ZodType<Told> = z.object({
  incident: z.string(),
  receiver: z.string(),
  channel: z.string(),
  said: z.number(),
  sent: z.number().exactOptional(),
  sentAt: z.number().exactOptional(),
  last: orUndefined(
    z.object({
      at: z.number(),
      state: z.enum(['firing', 'resolved']),
      severity,
      kind: z.enum(GROWTH_KINDS).exactOptional(),
      targets: z.array(z.string()),
      functions: z.array(z.string()),
      limitReachedAt: orUndefined(z.number()),
      unread: z.array(z.string()).exactOptional(),
      profiles: z.array(z.string()).exactOptional(),
    }),
  ),
  decision: z.string(),
  alerts: z
    .array(
      z.object({
        target: z.string(),
        severity,
        kind: z.enum(GROWTH_KINDS).exactOptional(),
        endedAt: z.number().exactOptional(),
      }),
    )
    .exactOptional(),
});

const MATCHER = z.object({
  label: z.string(),
  operator: z.enum(['=', '!=', '=~', '!~']),
  value: z.string(),
});

const SILENCE: z.ZodType<Silence> = z.object({
  id: z.string(),
  matchers: z.array(MATCHER),
  startsAt: z.number(),
  endsAt: z.number(),
  createdAt: z.number(),
  createdBy: z.string(),
  comment: z.string(),
});

const ACKNOWLEDGEMENT: z.ZodType<Acknowledgement> = z.object({
  incident: z.string(),
  state: z.enum(['suspect', 'leak']),
  at: z.number(),
  endsAt: z.number(),
  by: z.string(),
  comment: z.string(),
});

const BOOK: z.ZodType<Book> = z.object({
  incidents: z.array(incidentSchema),
  told: z.array(TOLD),
  pending: z.array(NOTIFICATION),
  dead: z.array(NOTIFICATION),
  threads: z
    .array(
      z.object({
        incident: z.string(),
        receiver: z.string(),
        channel: z.string(),
        thread: z.string(),
      }),
    )
    .exactOptional(),
  silences: z.array(SILENCE).exactOptional(),
  acknowledgements: z.array(ACKNOWLEDGEMENT).exactOptional(),
});
