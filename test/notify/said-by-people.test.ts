import { expect } from 'chai';
import { EMPTY_BOOK, markRetried, type Book } from '../../src/notify/book.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import { acknowledge, silence, unsilence, withdraw } from '../../src/notify/said-by-people.ts';
import type { Silence } from '../../src/notify/silences.ts';
import { HOUR, incident, notification, NOW } from './drawn.ts';

const BOOK: Book = {
  ...EMPTY_BOOK,
  incidents: [
    incident({ id: 'one' }),
    incident({ id: 'other', scope: 'search', sightings: [] }),
    incident({ id: 'over', state: 'resolved' }),
  ],
};
const SILENCE: Silence = {
  id: 's1',
  matchers: [{ label: 'incident', operator: '=', value: 'one' }],
  startsAt: NOW,
  endsAt: NOW + HOUR,
  createdAt: NOW,
  createdBy: 'ada',
  comment: 'being mended',
};
const ACKNOWLEDGEMENT = {
  incident: 'one',
  state: 'suspect',
  at: NOW,
  endsAt: NOW + HOUR,
  by: 'ben',
  comment: '',
} as const;

const story = (book: Book, id: string): readonly string[] =>
  book.incidents
    .find((each) => each.id === id)!
    .events.slice(1)
    .map(({ kind, reason }) => `${kind} ${reason}`);

describe('what people say of an incident', () => {
  it('is part of its story: silences with who and why, and their end', () => {
    const silenced = silence(BOOK, SILENCE);
    const ended = unsilence(silenced, SILENCE, NOW + 1);
    expect(story(ended, 'one')).to.deep.equal([
      'silenced s1 by ada until 2026-03-01T15:00:00.000Z: being mended',
      'unsilenced s1 by ada was ended',
    ]);
    expect(story(ended, 'other').concat(story(ended, 'over'))).to.deep.equal([]);
    expect(ended.silences).to.deep.equal([{ ...SILENCE, endsAt: NOW + 1 }]);
  });

  it('is not ended twice', () => {
    const ended = unsilence(silence(BOOK, SILENCE), SILENCE, NOW + 2 * HOUR);
    expect(story(ended, 'one')).to.have.length(1);
  });

  it('is part of its story: who took it and gave it back', () => {
    const taken = acknowledge(BOOK, ACKNOWLEDGEMENT);
    const given = withdraw(taken, ACKNOWLEDGEMENT, NOW + 1);
    expect(story(given, 'one')).to.deep.equal([
      'acknowledged by ben until 2026-03-01T15:00:00.000Z',
      'withdrawn the acknowledgement by ben',
    ]);
    expect([taken.acknowledgements, given.acknowledgements]).to.deep.equal([[ACKNOWLEDGEMENT], []]);
  });

  it('is read back from disk with all the rest', () => {
    const book = unsilence(silence(acknowledge(BOOK, ACKNOWLEDGEMENT), SILENCE), SILENCE, NOW + 1);
    const restored = restoreBook(JSON.parse(JSON.stringify(book)));
    expect(story(restored, 'one')).to.deep.equal(story(book, 'one'));
  });
});

describe('an attempt that failed', () => {
  const owed = notification({ incident: BOOK.incidents[0]! });
  const retry = (reason: string) => ({ at: NOW, nextAttemptAt: NOW + 1_000, reason });

  it('is told once for as long as the answer stays the same', () => {
    let book: Book = { ...BOOK, pending: [owed] };
    for (const reason of ['503', '503', 'timeout']) {
      book = markRetried(book, book.pending[0]!, retry(reason));
    }
    const lane = `${owed.receiver}/${owed.channel}: ${owed.cause}`;
    expect(story(book, 'one')).to.deep.equal([
      `retried ${lane}: attempt 1: 503`,
      `retried ${lane}: attempt 3: timeout`,
    ]);
    expect(book.pending[0]!.attempts).to.equal(3);
  });
});
