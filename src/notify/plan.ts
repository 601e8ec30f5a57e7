import { withEvent } from '../incident/event.ts';
import type { Incident } from '../incident/incident.ts';
import { pruneBook, type Book, type Told } from './book.ts';
import { decide, type Decision, type Listener } from './decide.ts';
import { lastSaid } from './last-said.ts';
import { attendance, type Rules } from './listeners.ts';
import { notificationId } from './notification-id.ts';
import { laneOf, type Notification } from './notification.ts';
import { makeRoom, reservations } from './outbox-room.ts';
import { asRestored } from './restore-book.ts';
import { toldIncident } from './told-incident.ts';

export interface Plan {
  /** The same object where nothing is to be kept. */
  readonly book: Book;
  readonly planned: readonly Notification[];
  /** Repeats and updates that made room for graver ones. */
  readonly dropped: readonly Notification[];
  /** When to plan again though nothing happened; `undefined`: not before something does. */
  readonly nextDueAt: number | undefined;
}

/** Puts what is due now into the outbox and notes, in the same book, that it was said. */
export function planNotifications(book: Book, rules: Rules, now: number): Plan {
  const listenersOf = attendance(book, rules, now);
  const reserve = reservations(book.pending);
  const steps = book.incidents.flatMap((incident) =>
    listenersOf(incident).map((listener) => ({
      incident,
      listener,
      decision: reserve({
        decision: decide(incident, listener, now),
        lane: laneOf(listener),
        jsonLength: () => lengthOf(incident),
      }),
    })),
  );
  const outcomes = steps.flatMap((step) => outcomeOf(step, now) ?? []);
  const planned = outcomes.flatMap(({ notification }) => notification ?? []);
  const { kept, dropped } = makeRoom(book.pending, planned);
  const next = outcomes.length === 0 ? book : withOutcomes(book, outcomes, [...kept, ...planned]);
  return { book: pruneBook(next, now), planned, dropped, nextDueAt: nextDueAt(steps) };
}

/** Of what the notification has beside its incident there is little. */
function lengthOf(incident: Incident): number {
  return JSON.stringify(toldIncident(incident)).length;
}

interface Step {
  readonly incident: Incident;
  readonly listener: Listener;
  readonly decision: Decision;
}

interface Outcome {
  readonly told: Told;
  readonly event: Incident['events'][number];
  readonly notification: Notification | undefined;
}

/** `undefined` where the step leaves all as it was. */
function outcomeOf(step: Step, now: number): Outcome | undefined {
  const { decision, listener } = step;
  if (decision.kind === 'tell') return tell(step, decision, now);
  const { reason } = decision;
  const isNoted = decision.kind === 'settle' || decision.isNoted;
  if (!isNoted || reason === listener.told?.decision) return undefined;
  const before = listener.told?.last;
  const isOver = decision.kind === 'settle' && before !== undefined;
  const last: Told['last'] = isOver ? { ...before, state: 'resolved' } : before;
  const told = { ...recordOf(step), decision: reason, last };
  return { told, event: eventOf(told, 'not_told', now), notification: undefined };
}

function tell(step: Step, decision: Decision & { kind: 'tell' }, now: number): Outcome {
  const { incident, listener } = step;
  const record = recordOf(step);
  const last = lastSaid(incident, listener.told?.last, now);
  const told = { ...record, said: record.said + 1, last, decision: decision.reason };
  const notification = asRestored({
    id: notificationId({ ...record, sequence: record.said }),
    // The whole of it and of its story stays in the book.
    incident: toldIncident(incident),
    cause: decision.cause,
    ...(decision.cause === 'updated' ? { news: decision.reason } : {}),
    severity: last.severity,
    receiver: record.receiver,
    channel: record.channel,
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    lastAnswer: undefined,
  });
  return { told, event: eventOf(told, 'told', now), notification };
}

function recordOf({ incident, listener: { receiver, channel, told } }: Step) {
  return told ?? { incident: incident.id, receiver, channel, said: 0, sent: 0 };
}

function eventOf(told: Told, kind: 'told' | 'not_told', at: number): Outcome['event'] {
  const listener = told.channel === '' ? told.receiver : laneOf(told);
  return { at, kind, reason: `${listener}: ${told.decision}` };
}

function withOutcomes(
  book: Book,
  outcomes: readonly Outcome[],
  pending: readonly Notification[],
): Book {
  const told = new Map(book.told.map((record) => [keyOf(record), record]));
  const incidents = new Map(book.incidents.map((incident) => [incident.id, incident]));
  for (const outcome of outcomes) {
    const incident = incidents.get(outcome.told.incident);
    if (incident !== undefined) incidents.set(incident.id, withEvent(incident, outcome.event));
    told.set(keyOf(outcome.told), outcome.told);
  }
  return { ...book, pending, told: [...told.values()], incidents: [...incidents.values()] };
}

function keyOf({ incident, receiver, channel }: Told): string {
  return JSON.stringify([incident, receiver, channel]);
}

function nextDueAt(steps: readonly Step[]): number | undefined {
  const times = steps.flatMap(({ decision }) =>
    decision.kind === 'wait' ? (decision.until ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
