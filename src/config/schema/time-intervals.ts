import type { z } from 'zod';
import type { NamedTimeInterval, Span, TimeInterval } from '../config.ts';
import { block, list } from './block.ts';
import { accept, parsed, refuse, scalar } from './scalar.ts';
import type { Words } from './scalar.ts';
import { line } from './values.ts';

export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Named times, in the shape that Alertmanager has them. */
export function timeIntervalsSchema(): z.ZodType<readonly NamedTimeInterval[] | undefined> {
  const named = block({
    name: line({ what: 'the name of a time interval', write: 'a name such as nights' }),
    time_intervals: list(intervalSchema(), 'time intervals'),
  }).transform(({ name, time_intervals }) => ({ name, intervals: time_intervals }));
  return list(named, 'time intervals').optional();
}

function intervalSchema(): z.ZodType<TimeInterval> {
  const spans = (words: Words, read: (part: string) => number | undefined) =>
    list(span(words, read), 'ranges').default([]);
  return block({
    times: list(timesOfDay(), 'times').default([]),
    weekdays: spans(
      { what: 'a day or a range of days', write: "one such as 'saturday' or 'monday:friday'" },
      nameIn(DAYS, 0),
    ),
    days_of_month: spans(
      { what: 'a day or a range of days of a month', write: "one such as '1:5' or '-3:-1'" },
      dayOfMonth,
    ),
    months: spans(
      { what: 'a month or a range of months', write: "one such as 'may:august' or '12'" },
      (part) => nameIn(MONTHS, 1)(part) ?? wholeIn(part, 1, 12),
    ),
    years: spans({ what: 'a year or a range of years', write: "one such as '2026:2028'" }, (part) =>
      wholeIn(part, 1970, 9999),
    ),
    location: location().default('UTC'),
  }).transform(({ days_of_month, ...rest }) => ({ ...rest, daysOfMonth: days_of_month }));
}

/** Up to the end, but not with it: 24:00 is the end of the day. */
function timesOfDay(): z.ZodType<Span> {
  const order = {
    key: 'end_time',
    message: 'not after start_time, seen both; write a later one, and for a night two of them',
  };
  return block({ start_time: timeOfDay(), end_time: timeOfDay() }, [
    ({ start_time: start, end_time: end }) =>
      typeof start === 'number' && typeof end === 'number' && end <= start ? order : undefined,
  ]).transform(({ start_time, end_time }) => ({ from: start_time, to: end_time - 1 }));
}

/** In minutes since midnight. */
function timeOfDay(): z.ZodType<number> {
  return parsed(
    { what: 'a time of day', write: "one such as '09:00', at most '24:00'" },
    (text) => {
      const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
      const total = 60 * Number(hours) + Number(minutes);
      return Number(minutes) < 60 && total <= 24 * 60 ? total : undefined;
    },
  );
}

function span(words: Words, read: (part: string) => number | undefined): z.ZodType<Span> {
  return scalar(words, (text) => {
    const parts = text.toLowerCase().split(':');
    const [from, to = from] = parts.map(read);
    if (from === undefined || to === undefined || parts.length > 2) {
      return refuse(`not ${words.what}`, words.write);
    }
    // One from the start of a month to its end may be in order or not, by the month.
    const isMixed = from < 0 !== to < 0;
    if (isMixed ? from < 0 : to < from)
      return refuse('a range that ends before it starts', words.write);
    return accept({ from, to });
  });
}

function nameIn(names: readonly string[], first: number): (part: string) => number | undefined {
  return (part) => (names.includes(part) ? names.indexOf(part) + first : undefined);
}

function dayOfMonth(part: string): number | undefined {
  return wholeIn(part, -31, -1) ?? wholeIn(part, 1, 31);
}

function wholeIn(part: string, min: number, max: number): number | undefined {
  const value = /^-?\d{1,4}$/.test(part) ? Number(part) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function location(): z.ZodType<string> {
  const words = {
    what: 'a place of the time zone database',
    write: 'one such as Europe/Berlin, UTC or Local',
  };
  return parsed(words, (text) => (text === 'Local' || isTimeZone(text) ? text : undefined));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
