import { withEvent } from '../incident/event.ts';
import type { Incident, IncidentEvent } from '../incident/incident.ts';
import type { Book } from './book.ts';
import {
  expireSilence,
  isCovered,
  remark,
  withAcknowledgement,
  withoutAcknowledgement,
  withSilence,
  type Acknowledgement,
  type Silence,
} from './silences.ts';
import { isoTime } from './words.ts';

/** The same changes of the book with the incidents that they are about telling of them. */

export function silence(book: Book, given: Silence): Book {
  const { id, startsAt, createdAt, createdBy, comment, endsAt } = given;
  const from = startsAt > createdAt ? ` from ${isoTime(startsAt)}` : '';
  const reason = `${id} by ${createdBy}${from} until ${isoTime(endsAt)}${remark(comment)}`;
  const event = { at: createdAt, kind: 'silenced', reason } as const;
  return withSilence(
    tell(book, event, (incident) => isCovered(incident, given)),
    given,
  );
}

export function unsilence(book: Book, given: Silence, now: number): Book {
  const expired = expireSilence(book, given.id, now);
  if (now >= given.endsAt) return expired;
  const reason = `${given.id} by ${given.createdBy} was ended`;
  const event = { at: now, kind: 'unsilenced', reason } as const;
  return tell(expired, event, (incident) => isCovered(incident, given));
}

export function acknowledge(book: Book, given: Acknowledgement): Book {
  const { incident: id, at, by, endsAt, comment } = given;
  const reason = `by ${by} until ${isoTime(endsAt)}${remark(comment)}`;
  const event = { at, kind: 'acknowledged', reason } as const;
  return withAcknowledgement(
    tell(book, event, (incident) => incident.id === id),
    given,
  );
}

export function withdraw(book: Book, { incident: id, by }: Acknowledgement, at: number): Book {
  const event = { at, kind: 'withdrawn', reason: `the acknowledgement by ${by}` } as const;
  return withoutAcknowledgement(
    tell(book, event, (incident) => incident.id === id),
    id,
  );
}

function tell(book: Book, event: IncidentEvent, isAbout: (incident: Incident) => boolean): Book {
  const incidents = book.incidents.map((incident) =>
    incident.state !== 'resolved' && isAbout(incident) ? withEvent(incident, event) : incident,
  );
  return { ...book, incidents };
}
