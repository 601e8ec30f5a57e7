import type { Incident, Sighting } from '../incident/incident.ts';
import { severityOf } from './alert-labels.ts';
import { isToldTo, type Book } from './book.ts';
import type { Notification, Severity } from './notification.ts';

/** An alert that a channel which forgets took: of one target, with one severity. */
export interface ToldAlert {
  readonly target: string;
  readonly severity: Severity;
  /** When it ended, where that was told as well; absent while it holds. */
  readonly endedAt?: number;
}

/** How long the end of an alert is told again: as Prometheus, rules/alerting.go, `resolvedRetention`. */
const END_TOLD_FOR_MS = 15 * 60_000;

/**
 * What is to be told now, after `before`: each alert that fires, and the end of those that were told
 * and do so no more. An end is told at least once, however late, and then for a bounded time. The
 * same array where nothing changed. Example: the warning of `a` was told, and `a` became a leak at
 * 10:00; that makes its critical one, which fires, and its warning, which ended at 10:00.
 */
export function alertsNow(
  incident: Incident,
  before: readonly ToldAlert[],
  now: number,
): readonly ToldAlert[] {
  const after = incident.sightings.flatMap((sighting) => {
    const firing = firingAlerts(sighting);
    const others = before.filter(
      ({ target, severity }) =>
        target === sighting.target && firing.every((each) => each.severity !== severity),
    );
    return [...firing, ...others.flatMap((alert) => ended(alert, sighting, now))];
  });
  return isSame(before, after) ? before : after;
}

function firingAlerts({ target, state }: Sighting): readonly ToldAlert[] {
  return state === 'resolved' ? [] : [{ target, severity: severityOf(state) }];
}

/** An end later than now is one of a clock that was set back since. */
function ended(alert: ToldAlert, sighting: Sighting, now: number): readonly ToldAlert[] {
  const at = alert.endedAt ?? endOf(alert, sighting);
  if (at === undefined) return [];
  const isTold = alert.endedAt !== undefined && now - at >= END_TOLD_FOR_MS;
  return isTold ? [] : [{ ...alert, endedAt: Math.min(at, now) }];
}

/**
 * A leak never becomes a suspect again, so that a suspect says nothing of the end of a critical alert:
 * what says it is older than the alert, or began after it, and left alone the alert expires.
 */
function endOf({ severity }: ToldAlert, { state, at, leakSince }: Sighting): number | undefined {
  if (severity === 'warning') return leakSince ?? at;
  return state === 'resolved' ? at : undefined;
}

function isSame(before: readonly ToldAlert[], after: readonly ToldAlert[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ target, severity, endedAt }, i) => {
      const other = after[i];
      return other?.target === target && other.severity === severity && other.endedAt === endedAt;
    })
  );
}

const NONE: readonly ToldAlert[] = [];

/** What a channel took so far of the incident. */
export function alertsTold(book: Book, notification: Notification): readonly ToldAlert[] {
  return book.told.find((record) => isToldTo(record, notification))?.alerts ?? NONE;
}

/** The book after a channel took this; the same one where that is what it took before. */
export function withAlertsTold(book: Book, notification: Notification, now: number): Book {
  const before = alertsTold(book, notification);
  const alerts = alertsNow(notification.incident, before, now);
  if (alerts === before) return book;
  const told = book.told.map((record) =>
    isToldTo(record, notification) ? { ...record, alerts } : record,
  );
  return { ...book, told };
}
