import type { NamedTimeInterval, Span, TimeInterval } from '../config.ts';
import { DAYS, MONTHS } from '../schema/time-intervals.ts';

export function writtenTimeInterval({ name, intervals }: NamedTimeInterval): object {
  return { name, time_intervals: intervals.map(writtenInterval) };
}

function writtenInterval(interval: TimeInterval): object {
  const { times, weekdays, daysOfMonth, months, years, location } = interval;
  return {
    times: times.map(({ from, to }) => ({
      start_time: writtenTime(from),
      end_time: writtenTime(to + 1),
    })),
    weekdays: weekdays.map((span) => writtenSpan(span, (day) => DAYS[day])),
    days_of_month: daysOfMonth.map((span) => writtenSpan(span, String)),
    months: months.map((span) => writtenSpan(span, (month) => MONTHS[month - 1])),
    years: years.map((span) => writtenSpan(span, String)),
    location,
  };
}

/** From minutes since midnight. */
function writtenTime(minutes: number): string {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
}

function writtenSpan({ from, to }: Span, name: (value: number) => string | undefined): string {
  return from === to ? `${name(from)}` : `${name(from)}:${name(to)}`;
}
