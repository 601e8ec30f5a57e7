import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { EMPTY_BOOK, markRetry, markSent, type Book } from '../../src/notify/book.ts';
import { nextToAttempt } from '../../src/notify/deliver.ts';
import { laneOf } from '../../src/notify/notification.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import { seededRandom } from '../support/random.ts';
import { incident, MINUTE, NOW, receiver, route, sighting } from './drawn.ts';

const RULES = {
  route: route({ repeatIntervalMs: 20 * MINUTE }),
  receivers: [receiver('oncall', true, true)],
};

/** What happens in one run, in order; an attempt is answered as it says. */
type Event =
  | { readonly kind: 'incidents'; readonly now: number; readonly incidents: readonly Incident[] }
  | {
      readonly kind: 'attempt';
      readonly now: number;
      readonly lane: string;
      readonly taken: boolean;
    };

function drawnRun(seed: number): Event[] {
  const roll = seededRandom(seed);
  const states = new Map<string, Incident>();
  return Array.from({ length: 60 }, (_, i) => {
    const now = NOW + i * MINUTE;
    if (roll() < 0.6) {
      const lane = `oncall/webhook_configs[${roll() < 0.5 ? 0 : 1}]`;
      return { kind: 'attempt', now, lane, taken: roll() < 0.6 };
    }
    const id = roll() < 0.5 ? 'one' : 'two';
    const before = states.get(id);
    states.set(
      id,
      before === undefined ? incident({ id, openedAt: now }) : moved(before, roll(), now),
    );
    return { kind: 'incidents', now, incidents: [...states.values()] };
  });
}

function moved(before: Incident, roll: number, now: number): Incident {
  if (before.state === 'resolved') return before;
  if (roll < 0.2) return { ...before, state: 'resolved', resolvedAt: now };
  if (roll < 0.6) return { ...before, state: 'leak' };
  return { ...before, sightings: [...before.sightings, sighting({ target: `t${now}` })] };
}

/** A receiver that honours keys: what it took, in order, each once. */
type Taken = Map<string, string[]>;

function step(book: Book, event: Event, taken: Taken): Book {
  if (event.kind === 'incidents') {
    const known = new Map(book.incidents.map(({ id, events }) => [id, events]));
    const incidents = event.incidents.map((each) => ({
      ...each,
      events: known.get(each.id) ?? each.events,
    }));
    return planNotifications({ ...book, incidents }, RULES, event.now).book;
  }
  const owed = book.pending.filter((each) => laneOf(each) === event.lane);
  const next = nextToAttempt(owed, event.now);
  if (next === undefined) return book;
  const retry = { at: event.now, reason: 'down', nextAttemptAt: event.now };
  if (!event.taken) return markRetry(book, next.id, retry);
  const had = taken.get(event.lane) ?? [];
  if (!had.includes(next.id)) taken.set(event.lane, [...had, next.id]);
  return markSent(book, next.id);
}

/** Runs it all; at each of `crashes` the step happens, is not saved, and happens again after a restart. */
function run(events: readonly Event[], crashes: ReadonlySet<number>): { taken: Taken; book: Book } {
  const taken: Taken = new Map();
  let book = EMPTY_BOOK;
  events.forEach((event, i) => {
    if (crashes.has(i)) {
      step(book, event, taken);
      book = restoreBook(JSON.parse(JSON.stringify(book)));
    }
    book = step(book, event, taken);
  });
  return { taken, book };
}

function plain(book: Book): unknown {
  return JSON.parse(JSON.stringify(book));
}

describe('a crash', () => {
  it('at any step loses nothing, tells nothing twice and keeps every key and order', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const events = drawnRun(seed);
      const calm = run(events, new Set());
      expect(calm.taken.size, `seed ${seed} delivers something`).to.be.greaterThan(0);
      for (let i = 0; i < events.length; i += 1) {
        const after = run(events, new Set([i]));
        expect([...after.taken], `seed ${seed}, crash at ${i}`).to.deep.equal([...calm.taken]);
        expect(plain(after.book), `seed ${seed}, book`).to.deep.equal(plain(calm.book));
      }
      const everywhere = run(events, new Set(events.keys()));
      expect([...everywhere.taken], `seed ${seed}, crash at all`).to.deep.equal([...calm.taken]);
    }
  });
});
