import { z } from 'zod';
import type { Matcher } from '../../config/config.ts';
import { parseMatcher } from '../../config/matcher.ts';
import { parseDuration, parseMoment } from '../../config/units.ts';
import type { AcknowledgementOrder, SilenceOrder } from '../../notify/desk.ts';
import { compilePattern } from '../../notify/silences.ts';

/** Who asks, as far as it is known, and when. */
export interface Asking {
  readonly now: number;
  /** Stands for whatever name the request gives itself. */
  readonly user: string | undefined;
}

export type Order<T> =
  | { readonly kind: 'order'; readonly order: T }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

const MAX_MATCHERS = 50;
const MAX_MATCHER_LENGTH = 1_000;
const LONGEST_MS = 366 * 86_400_000;

/** May be empty: who is logged in needs no other name. */
const author = z.string().trim().max(200);
const comment = z.string().trim().max(2_000).default('');
/** ISO 8601 or Unix milliseconds. */
const moment = z.unknown().transform((given, context) => {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
  const at = typeof given === 'string' ? parseMoment(given) : undefined;
  if (at !== undefined) return at;
  const message =
    'not a time; write one such as 2026-03-01T14:00:00Z, 2026-03-01 (its beginning in UTC), or Unix milliseconds';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
const duration = z
  .string()
  .max(40)
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms > 0) return ms;
    context.addIssue({ code: 'custom', message: 'not a duration; write one such as 30m or 8h' });
    return z.NEVER;
  });

const matcher = z
  .string()
  .max(MAX_MATCHER_LENGTH)
  .transform((text, context): Matcher => {
    const parsed = parseMatcher(text);
    if ('wrong' in parsed) {
      context.addIssue({ code: 'custom', message: `${parsed.wrong}; write ${parsed.write}` });
      return z.NEVER;
    }
    const isPattern = parsed.operator === '=~' || parsed.operator === '!~';
    if (isPattern && compilePattern(parsed.value) === undefined) {
      const message = 'not a regular expression that RE2 reads; write one without look-ahead';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return parsed;
  });

const times = {
  startsAt: moment.optional(),
  endsAt: moment.optional(),
  duration: duration.optional(),
};

const silence = z.strictObject({
  matchers: z.array(matcher).min(1).max(MAX_MATCHERS),
  ...times,
  createdBy: author.optional(),
  comment,
});

const acknowledgement = z.strictObject({
  endsAt: times.endsAt,
  duration: times.duration,
  by: author.optional(),
  comment,
});

/** `{ matchers: ['team = payments'], duration: '2h', createdBy, comment }`, or with `endsAt` and `startsAt`. */
export function readSilence(body: unknown, asking: Asking): Order<SilenceOrder> {
  const parsed = silence.safeParse(body);
  if (!parsed.success) return mistakesOf(parsed.error);
  const { matchers, startsAt = asking.now, comment, createdBy = '' } = parsed.data;
  const by = asking.user ?? createdBy;
  const endsAt = endOf(parsed.data, startsAt);
  const mistakes = [
    ...problemsOf({ by, endsAt, startsAt }, 'createdBy', asking.now),
    ...(matchers.every(matchesNothing)
      ? [
          'matchers: they hold for an alert without labels, and so for every one; write one that names something',
        ]
      : []),
  ];
  if (mistakes.length > 0 || endsAt === undefined) return { kind: 'mistakes', mistakes };
  return { kind: 'order', order: { matchers, startsAt, endsAt, createdBy: by, comment } };
}

/** `{ duration: '8h', by, comment }`, or with `endsAt`. */
export function readAcknowledgement(body: unknown, asking: Asking): Order<AcknowledgementOrder> {
  const parsed = acknowledgement.safeParse(body);
  if (!parsed.success) return mistakesOf(parsed.error);
  const by = asking.user ?? parsed.data.by ?? '';
  const endsAt = endOf(parsed.data, asking.now);
  const mistakes = problemsOf({ by, endsAt, startsAt: asking.now }, 'by', asking.now);
  if (mistakes.length > 0 || endsAt === undefined) return { kind: 'mistakes', mistakes };
  return { kind: 'order', order: { by, endsAt, comment: parsed.data.comment } };
}

function endOf(
  given: { readonly endsAt?: number | undefined; readonly duration?: number | undefined },
  startsAt: number,
): number | undefined {
  if (given.endsAt !== undefined) return given.endsAt;
  return given.duration === undefined ? undefined : startsAt + given.duration;
}

interface Term {
  readonly by: string;
  readonly startsAt: number;
  readonly endsAt: number | undefined;
}

function problemsOf(
  { by, startsAt, endsAt }: Term,
  author: string,
  now: number,
): readonly string[] {
  return [
    ...(by === ''
      ? [`${author}: missing; write who asks for it (--by NAME at the command line)`]
      : []),
    ...(endsAt === undefined ? ['endsAt: missing; write when it ends, or a duration'] : []),
    ...(endsAt !== undefined && (endsAt <= now || endsAt <= startsAt)
      ? ['endsAt: not after the start and now; write a later one']
      : []),
    ...(endsAt !== undefined && endsAt - now > LONGEST_MS
      ? ['endsAt: more than a year away; write an earlier one']
      : []),
  ];
}

/** As in Alertmanager: a silence must name something that is there. */
function matchesNothing({ operator, value }: Matcher): boolean {
  switch (operator) {
    case '=':
      return value === '';
    case '!=':
      return value !== '';
    case '=~':
      return compilePattern(value)?.testExact('') === true;
    case '!~':
      return compilePattern(value)?.testExact('') === false;
  }
}

function mistakesOf(error: z.ZodError): Order<never> {
  const mistakes = error.issues.map(
    ({ path, message }) => `${path.join('.') || 'body'}: ${message}`,
  );
  return { kind: 'mistakes', mistakes };
}
