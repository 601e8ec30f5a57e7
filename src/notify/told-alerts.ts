import type { Incident, Sighting } from '../incident/incident.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import { severityOf } from './alert-labels.ts';
import { isToldTo, type Book } from './book.ts';
import type { Notification, Severity } from './notification.ts';

/** An alert that a channel which forgets took: of one target, with one severity and kind. */
export interface ToldAlert {
  readonly target: string;
  readonly severity: Severity;
  /** Absent in older files: the kind of the incident. */
  readonly kind?: GrowthKind;
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
    const firing = firingAlerts(sighting, incident.kind);
    const others = before.filter(
      (alert) =>
        alert.target === sighting.target && firing.every((each) => !isAlike(each, alert, incident)),
    );
    return [...firing, ...others.flatMap((alert) => ended(alert, { incident, sighting, now }))];
  });
  return isSame(before, after) ? before : after;
}

/**
 * Of what was told `before` what holds and what ended, and nothing new: a target that became a leak stands there as
 * the suspect that it was told to be. That another took the place of a target is not new. Arguments and result as
 * of `alertsNow`.
 */
export function alertsStanding(
  incident: Incident,
  before: readonly ToldAlert[],
  now: number,
): readonly ToldAlert[] {
  const after = incident.sightings.flatMap((sighting) => {
    const held = heldBy(sighting, before);
    const others = before.filter(
      (alert) => alert.target === sighting.target && !held.includes(alert),
    );
    return [...held, ...others.flatMap((alert) => ended(alert, { incident, sighting, now }))];
  });
  return isSame(before, after) ? before : after;
}

function heldBy(sighting: Sighting, before: readonly ToldAlert[]): readonly ToldAlert[] {
  if (sighting.state === 'resolved') return [];
  const holding = before.filter(({ endedAt }) => endedAt === undefined);
  const own = holding.filter(({ target }) => target === sighting.target);
  if (own.length > 0) return own;
  const { target, formerly, quiet } = sighting;
  const earlier = holding.filter((alert) => [quiet?.inPlaceOf, formerly].includes(alert.target));
  return earlier.map((alert) => ({ ...alert, target }));
}

/** What a notification tells a channel that forgets, which took `before`. */
export function alertsToTell(
  { incident, isMuted }: Pick<Notification, 'incident' | 'isMuted'>,
  before: readonly ToldAlert[],
  now: number,
): readonly ToldAlert[] {
  return isMuted === true
    ? alertsStanding(incident, before, now)
    : alertsNow(incident, before, now);
}

function firingAlerts({ target, state }: Sighting, kind: GrowthKind): readonly ToldAlert[] {
  return state === 'resolved' ? [] : [{ target, severity: severityOf(state), kind }];
}

function isAlike(firing: ToldAlert, { severity, kind }: ToldAlert, incident: Incident): boolean {
  return firing.severity === severity && incident.kind === (kind ?? incident.kind);
}

interface Part {
  readonly incident: Incident;
  readonly sighting: Sighting;
  readonly now: number;
}

/** An end later than now is one of a clock that was set back since. */
function ended(alert: ToldAlert, part: Part): readonly ToldAlert[] {
  const { now } = part;
  const at = alert.endedAt ?? endOf(alert, part);
  if (at === undefined) return [];
  const isTold = alert.endedAt !== undefined && now - at >= END_TOLD_FOR_MS;
  return isTold ? [] : [{ ...alert, endedAt: Math.min(at, now) }];
}

/**
 * A leak never becomes a suspect again, nor a pile of goroutines a heap, so that a suspect says nothing
 * of the end of a critical alert, nor one that never turned of an alert of another kind: what says it is
 * older than the alert, or began after it, and left alone the alert expires.
 */
function endOf(alert: ToldAlert, { incident, sighting }: Part): number | undefined {
  const { kind = incident.kind } = alert;
  if (kind === incident.kind) return endOfSeverity(alert, sighting);
  const { turnedAt } = incident;
  if (turnedAt === undefined) return undefined;
  // It may have ended before that in this target.
  const { state, at, leakSince = at } = sighting;
  const isPast = state === 'resolved' || (state === 'leak' && alert.severity === 'warning');
  const before = alert.severity === 'warning' ? leakSince : at;
  return isPast ? Math.min(turnedAt, before) : turnedAt;
}

function endOfSeverity(
  { severity }: ToldAlert,
  { state, at, leakSince }: Sighting,
): number | undefined {
  if (severity === 'warning') return leakSince ?? at;
  return state === 'resolved' ? at : undefined;
}

function isSame(before: readonly ToldAlert[], after: readonly ToldAlert[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ target, severity, kind, endedAt }, i) => {
      const other = after[i];
      return (
        other?.target === target &&
        other.severity === severity &&
        other.kind === kind &&
        other.endedAt === endedAt
      );
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
  const alerts = alertsToTell(notification, before, now);
  if (alerts === before) return book;
  const told = book.told.map((record) =>
    isToldTo(record, notification) ? { ...record, alerts } : record,
  );
  return { ...book, told };
}
