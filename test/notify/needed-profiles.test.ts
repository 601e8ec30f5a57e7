import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { EMPTY_BOOK, markSent, type Book } from '../../src/notify/book.ts';
import { neededProfiles } from '../../src/notify/needed-profiles.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import { HOUR, incident, MINUTE, NOW, receiver, route, sighting } from './drawn.ts';

const RULES = { route: route(), receivers: [receiver('oncall', true)] };

describe('neededProfiles', () => {
  it('are those that an open incident shows', () => {
    expect(needed(withIncident(EMPTY_BOOK, naming('1')))).to.deep.equal(['a/before', 'a/1']);
  });

  it('are those of the newest message too, after newer ones were captured and after a restart', () => {
    const told = delivered(planned(withIncident(EMPTY_BOOK, naming('1')), NOW + MINUTE));
    const later = withIncident(told, naming('2'));
    expect(needed(later)).to.deep.equal(['a/before', 'a/2', 'a/1']);
    expect(needed(restoreBook(JSON.parse(JSON.stringify(later))))).to.deep.equal(needed(later));
    const repeated = planned(withIncident(told, naming('3')), NOW + 5 * HOUR);
    expect(needed(delivered(repeated))).to.deep.equal(['a/before', 'a/3']);
  });

  it('are those of what is still to be sent, also where all is over', () => {
    const owed = planned(withIncident(EMPTY_BOOK, naming('1')), NOW + MINUTE);
    const over = withIncident(owed, { ...naming('2'), state: 'resolved' });
    expect(needed(over)).to.deep.equal(['a/before', 'a/1']);
    expect(needed(delivered(over))).to.deep.equal([]);
  });

  it('are bounded, however much is owed', () => {
    const owed = planned(withIncident(EMPTY_BOOK, naming('1')), NOW + MINUTE).pending[0]!;
    const pending = Array.from({ length: 1_000 }, (_, i) => ({
      ...owed,
      incident: naming(`${i}`),
    }));
    expect(needed({ ...EMPTY_BOOK, pending })).to.have.length(201);
  });
});

function needed(book: Book): string[] {
  return [...neededProfiles(book)];
}

function naming(after: string): Incident {
  const saved = (file: string) => ({ file, at: NOW, bytes: 1 });
  const profiles = { before: saved('before'), after: saved(after) };
  return incident({ sightings: [sighting({ profiles })] });
}

function withIncident(book: Book, known: Incident): Book {
  return { ...book, incidents: [known] };
}

function planned(book: Book, now: number): Book {
  return planNotifications(book, RULES, now).book;
}

function delivered(book: Book): Book {
  return book.pending.reduce((rest, { id }) => markSent(rest, id), book);
}
