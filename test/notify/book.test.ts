import { expect } from 'chai';
import {
  EMPTY_BOOK,
  markDead,
  markDelivered,
  markRetry,
  pruneBook,
  type Book,
} from '../../src/notify/book.ts';
import { MAX_DEAD_LENGTH } from '../../src/notify/dead-letters.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import type { Notification } from '../../src/notify/notification.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import { WHOLE_INCIDENT, type Whole } from '../incident/whole-incident.ts';
import {
  fleetIncident,
  HOUR,
  incident,
  MINUTE,
  notification,
  NOW,
  receiver,
  route,
} from './drawn.ts';

const DAY = 24 * HOUR;

function resolved(id: string, at: number) {
  return incident({ id, state: 'resolved', resolvedAt: at });
}

function toldOf(id: string) {
  const record = { receiver: 'oncall', channel: 'x', said: 0, last: undefined, decision: '' };
  return { incident: id, ...record };
}

describe('pruneBook', () => {
  it('forgets what was resolved more than 30 days ago, with what was told of it', () => {
    const book: Book = {
      ...EMPTY_BOOK,
      incidents: [resolved('old', NOW - 31 * DAY), resolved('new', NOW - 29 * DAY), incident()],
      told: ['old', 'new', 'one'].map(toldOf),
    };
    const pruned = pruneBook(book, NOW);
    expect(pruned.incidents.map(({ id }) => id)).to.deep.equal(['new', 'one']);
    expect(pruned.told.map((told) => told.incident)).to.deep.equal(['new', 'one']);
  });

  it('remembers the newest thousand of the resolved ones, and every one that fires', () => {
    const many = Array.from({ length: 1_002 }, (_, i) => resolved(`r${i}`, NOW - i));
    const pruned = pruneBook({ ...EMPTY_BOOK, incidents: [...many, incident()] }, NOW);
    expect(pruned.incidents).to.have.length(1_001);
    expect(pruned.incidents.some(({ id }) => id === 'r1000')).to.equal(false);
    expect(pruned.incidents.at(-1)!.id).to.equal('one');
  });

  it('gives back the same book where there is nothing to forget', () => {
    const book = { ...EMPTY_BOOK, incidents: [incident()] };
    expect(pruneBook(book, NOW)).to.equal(book);
  });
});

describe('markDead', () => {
  it('moves a notification to the dead letters and tells its incident why', () => {
    const book = { ...EMPTY_BOOK, incidents: [incident()], pending: [notification()] };
    const after = markDead(book, 'key-1', { at: NOW + 1, reason: 'refused: HTTP 404' });
    expect(after.pending).to.deep.equal([]);
    expect(after.dead.map(({ lastAnswer }) => lastAnswer)).to.deep.equal(['refused: HTTP 404']);
    expect(after.incidents[0]!.events.at(-1)).to.deep.equal({
      at: NOW + 1,
      kind: 'not_told',
      reason: 'oncall/webhook_configs[0]: opened: refused: HTTP 404',
    });
  });

  it('keeps the newest 500', () => {
    const pending = Array.from({ length: 501 }, (_, i) => notification({ id: `n${i}` }));
    const after = pending.reduce<Book>(
      (book, { id }) => markDead(book, id, { at: NOW, reason: 'no' }),
      {
        ...EMPTY_BOOK,
        pending,
      },
    );
    expect(after.dead).to.have.length(500);
    expect(after.dead[0]!.id).to.equal('n1');
  });

  const buried = (...jsonLengths: readonly number[]) => {
    const pending = jsonLengths.map((jsonLength, i) => notification({ id: `n${i}`, jsonLength }));
    return pending
      .reduce<Book>((book, { id }) => markDead(book, id, { at: NOW, reason: 'no' }), {
        ...EMPTY_BOOK,
        pending,
      })
      .dead.map(({ id }) => id);
  };

  it('keeps of large ones as many of the newest as there is room for', () => {
    const third = MAX_DEAD_LENGTH / 3;
    expect(buried(third, 1, third, third, third)).to.deep.equal(['n2', 'n3', 'n4']);
  });

  it('keeps the newest whatever its size', () => {
    expect(buried(1, 2 * MAX_DEAD_LENGTH)).to.deep.equal(['n1']);
  });
});

describe('markDelivered', () => {
  it('keeps what the other side said, as far as it fits', () => {
    const book = { ...EMPTY_BOOK, incidents: [incident()], pending: [notification()] };
    const said = { at: NOW, detail: 'x'.repeat(5_000) };
    const { events } = markDelivered(book, notification(), said).incidents[0]!;
    expect(events.at(-1)?.reason)
      .to.match(/^oncall\/webhook_configs\[0\]: opened: x+$/)
      .and.have.length(500);
  });
});

describe('restoreBook', () => {
  const rules = { route: route(), receivers: [receiver('oncall', true)] };

  it('reads back what was written, whatever is in it', () => {
    const incidents = [incident({ state: 'leak' }), resolved('two', NOW)];
    const { book } = planNotifications({ ...EMPTY_BOOK, incidents }, rules, NOW + MINUTE);
    const retried = markRetry(book, book.pending[0]!.id, {
      at: NOW,
      reason: '503',
      nextAttemptAt: NOW,
    });
    const full = { ...retried, dead: [notification({ jsonLength: 1_758 })] };
    const json = JSON.stringify(full);
    expect(JSON.stringify(restoreBook(JSON.parse(json)))).to.equal(json);
  });

  it('reads back every field that a book may have', () => {
    expect(restoreBook(JSON.parse(JSON.stringify(WHOLE_BOOK)))).to.deep.equal(WHOLE_BOOK);
  });

  it('cuts what an earlier version kept whole, once, and goes on to fit', () => {
    const old = Array.from({ length: 100 }, (_, i) =>
      notification({ id: `n${i}`, incident: fleetIncident(100) }),
    );
    const saved = JSON.stringify({ ...EMPTY_BOOK, pending: old.slice(0, 1), dead: old });
    const restored = restoreBook(JSON.parse(saved));
    const json = JSON.stringify(restored);
    expect(restored.dead.at(-1)!.id).to.equal('n99');
    expect(JSON.stringify(restored.dead).length).to.be.below(MAX_DEAD_LENGTH * 1.01);
    expect(restored.pending[0]!.incident.sightings).to.have.length(100);
    expect(saved.length / json.length).to.be.above(5);
    expect(JSON.stringify(restoreBook(JSON.parse(json)))).to.equal(json);
  });

  it('reads a figure that JSON could not write as 0, and keeps the rest', () => {
    const [base] = incident().sightings;
    const suspect = { ...base!.suspect, z: Number.POSITIVE_INFINITY };
    const odd = incident({ sightings: [{ ...base!, suspect }] });
    const saved: unknown = JSON.parse(JSON.stringify({ ...EMPTY_BOOK, incidents: [odd] }));
    const [restored] = restoreBook(saved).incidents;
    expect(restored!.sightings[0]!.suspect).to.deep.equal({ ...base!.suspect, z: 0 });
  });

  it('begins with an empty book where nothing was ever saved', () => {
    expect(restoreBook(undefined)).to.equal(EMPTY_BOOK);
  });

  it('refuses what it cannot read, with the place and what to do', () => {
    const broken = { ...EMPTY_BOOK, incidents: [{ ...incident(), openedAt: 'yesterday' }] };
    expect(() => restoreBook(broken, '/data/book.json')).to.throw(
      /^\/data\/book\.json: the saved .*: incidents\.0\.openedAt: .*; restore the file/,
    );
    expect(() => restoreBook([])).to.throw(/incidents and notifications cannot be read: Invalid/);
  });
});

/** But what is added when it is handed over. */
type Owed = Omit<Notification, 'thread' | 'alerts' | 'isMuted'>;

const OWED: Whole<Owed> = {
  id: 'key-1',
  incident: WHOLE_INCIDENT,
  cause: 'updated',
  news: 'also in b',
  severity: 'critical',
  receiver: 'oncall',
  channel: 'x',
  createdAt: 1,
  revivedAt: 2,
  attempts: 3,
  nextAttemptAt: 4,
  triedAt: 5,
  jsonLength: 6,
  lastAnswer: '503',
};

const WHOLE_BOOK: Whole<Omit<Book, 'pending' | 'dead'>> & Whole<{ pending: Owed[]; dead: Owed[] }> =
  {
    incidents: [WHOLE_INCIDENT],
    told: [
      {
        incident: 'one',
        receiver: 'oncall',
        channel: 'x',
        said: 1,
        sent: 2,
        sentAt: 3,
        last: {
          at: 4,
          state: 'firing',
          severity: 'critical',
          kind: 'goroutine',
          targets: ['shop-1'],
          functions: ['cache.Put'],
          limitReachedAt: 5,
          unread: ['shop-1'],
          profiles: ['shop-1/after.pb.gz'],
        },
        decision: 'opened',
        alerts: [{ target: 'shop-1', severity: 'warning', kind: 'heap', endedAt: 6 }],
      },
    ],
    pending: [OWED],
    dead: [{ ...OWED, id: 'key-2' }],
    threads: [{ incident: 'one', receiver: 'oncall', channel: 'x', thread: 't1' }],
    silences: [
      {
        id: 's1',
        matchers: [{ label: 'team', operator: '=', value: 'payments' }],
        startsAt: 7,
        endsAt: 8,
        createdAt: 9,
        createdBy: 'ada',
        comment: 'being mended',
      },
    ],
    acknowledgements: [
      { incident: 'one', state: 'leak', at: 10, endsAt: 11, by: 'ada', comment: 'on it' },
    ],
  };
