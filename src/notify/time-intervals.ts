import type { NamedTimeInterval, Span, TimeInterval } from '../config/config.ts';

/** A moment as the calendar and the clock on a wall of some place show it. */
interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minutes: number;
}

/** The names of those that hold now, as Alertmanager reckons them (its `timeinterval` package). */
export function activeIntervals(
  named: readonly NamedTimeInterval[],
  now: number,
): ReadonlySet<string> {
  const active = named.filter(({ intervals }) => intervals.some((each) => contains(each, now)));
  return new Set(active.map(({ name }) => name));
}

/** Whether all that the interval says holds; a list that is empty says nothing. */
function contains(interval: TimeInterval, at: number): boolean {
  const wall = wallTime(at, interval.location);
  const { times, weekdays, months, years, daysOfMonth } = interval;
  return (
    isIn(times, wall.minutes) &&
    isIn(weekdays, wall.weekday) &&
    isIn(months, wall.month) &&
    isIn(years, wall.year) &&
    (daysOfMonth.length === 0 || daysOfMonth.some((span) => isDayIn(span, wall)))
  );
}

function isIn(spans: readonly Span[], value: number): boolean {
  return spans.length === 0 || spans.some(({ from, to }) => from <= value && value <= to);
}

/** Negative days count from the end of the month: -1 is its last day. */
function isDayIn({ from, to }: Span, { year, month, day }: WallTime): boolean {
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const absolute = (given: number) => (given < 0 ? lastDay + 1 + given : given);
  return absolute(from) <= day && day <= absolute(to);
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function wallTime(at: number, location: string): WallTime {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(location === 'Local' ? {} : { timeZone: location }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? ''),
    minutes: 60 * number('hour') + number('minute'),
  };
}
