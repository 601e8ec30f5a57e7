import { expect } from 'chai';
import { parseMatcher } from '../../src/config/matcher.ts';
import type { Matcher } from '../../src/config/config.ts';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import {
  expireSilence,
  hushes,
  withAcknowledgement,
  withoutAcknowledgement,
  withSilence,
  type Silence,
} from '../../src/notify/silences.ts';
import { tellingsOf } from '../../src/notify/tellings.ts';
import { HOUR, incident, MINUTE, NOW, receiver, route, sighting } from './drawn.ts';

const DAY = 24 * HOUR;
const RULES = { route: route({ groupWaitMs: 0 }), receivers: [receiver('oncall', true)] };

function silence(matchers: readonly string[], parts: Partial<Silence> = {}): Silence {
  return {
    id: 's1',
    matchers: matchers.map((text) => parseMatcher(text) as Matcher),
    startsAt: NOW,
    endsAt: NOW + 2 * HOUR,
    createdAt: NOW,
    createdBy: 'ada',
    comment: 'being mended',
    ...parts,
  };
}

function isSilenced(matchers: readonly string[], parts = {}, at = NOW): boolean {
  const book = withSilence(EMPTY_BOOK, silence(matchers));
  return hushes(book, at)(incident(parts)) !== undefined;
}

/** What is planned, and the book with all of it delivered. */
function plan(book: Book, now: number): { causes: readonly string[]; book: Book } {
  const planned = planNotifications(book, RULES, now);
  return {
    causes: planned.planned.map(({ cause }) => cause),
    book: { ...planned.book, pending: [] },
  };
}

function withIncident(book: Book, next: ReturnType<typeof incident>): Book {
  return { ...book, incidents: [{ ...next, events: book.incidents[0]?.events ?? next.events }] };
}

describe('a silence', () => {
  it('is compiled once', () => {
    let reads = 0;
    const [first] = silence(['team = payments']).matchers;
    const matchers = [
      {
        ...first!,
        get value() {
          reads += 1;
          return 'payments';
        },
      },
    ];
    const book = withSilence(EMPTY_BOOK, { ...silence([]), matchers });
    const reasons = [NOW, NOW + 1].map((now) => hushes(book, now)(incident())?.reason);
    expect(reasons[0]).to.match(/^silenced by s1/);
    expect(reasons[1]).to.equal(reasons[0]);
    expect(reads).to.equal(1);
  });

  it('holds for labels, severity, kind, function, target and incident, all of its matchers together', () => {
    for (const matcher of [
      'team = payments',
      'severity = warning',
      'kind = heap',
      'function =~ ".*session.*"',
      'function !~ "other.*"',
      'target != b',
      'target = a',
      'incident = one',
    ]) {
      expect(isSilenced([matcher]), matcher).to.equal(true);
      expect(isSilenced([matcher, 'team = other']), matcher).to.equal(false);
    }
    expect(isSilenced(['function =~ "session"']), 'the whole value').to.equal(false);
    expect(isSilenced(['incident = two'])).to.equal(false);
    expect(isSilenced(['severity = warning'], { state: 'leak' })).to.equal(false);
  });

  it('holds for an incident only where it covers each target that fires', () => {
    const sightings = [sighting(), sighting({ target: 'b' })];
    expect(isSilenced(['target = a'], { sightings })).to.equal(false);
    expect(isSilenced(['target =~ "a|b"'], { sightings })).to.equal(true);
    const over = [sighting(), sighting({ target: 'b', state: 'resolved' })];
    expect(isSilenced(['target = a'], { sightings: over })).to.equal(true);
  });

  it('holds for labels that nobody has as for empty ones, and by no pattern that cannot be read', () => {
    expect(isSilenced(['constructor = ""'])).to.equal(true);
    for (const operator of ['=~', '!~'] as const) {
      const matchers = [{ label: 'team', operator, value: '(?=payments)' }];
      const book = withSilence(EMPTY_BOOK, { ...silence([]), matchers });
      expect(hushes(book, NOW)(incident()), operator).to.equal(undefined);
    }
  });

  it('holds together with others until the first of them ends', () => {
    const sightings = [sighting(), sighting({ target: 'b' })];
    const both = ['a', 'b'].map((target, i) =>
      silence([`target = ${target}`], { id: target, endsAt: NOW + (2 - i) * HOUR }),
    );
    const book = both.reduce(withSilence, EMPTY_BOOK);
    expect(hushes(book, NOW)(incident({ sightings }))?.until).to.equal(NOW + HOUR);
  });

  it('tells no more of a comment than fits', () => {
    const book = withSilence(EMPTY_BOOK, silence(['target = a'], { comment: 'x'.repeat(5_000) }));
    expect(hushes(book, NOW)(incident())?.reason).to.have.length.below(300);
  });

  it('never began where it is ended before its start', () => {
    const later = silence(['target = a'], { startsAt: NOW + HOUR });
    const { silences } = expireSilence(withSilence(EMPTY_BOOK, later), 's1', NOW);
    expect(silences).to.deep.equal([{ ...later, startsAt: NOW, endsAt: NOW }]);
  });

  it('holds from its start up to its end', () => {
    expect(isSilenced(['team = payments'], {}, NOW - 1)).to.equal(false);
    expect(isSilenced(['team = payments'], {}, NOW + 2 * HOUR - 1)).to.equal(true);
    expect(isSilenced(['team = payments'], {}, NOW + 2 * HOUR)).to.equal(false);
  });

  it('matches a pattern that would keep a backtracking engine busy for ever', () => {
    const parts = { function: `${'a'.repeat(400)}!` };
    expect(isSilenced(['function =~ "(a+)+b"'], parts)).to.equal(false);
  });

  it('keeps its reason on the incident, and what it held back is told when it ends', () => {
    const book = withSilence({ ...EMPTY_BOOK, incidents: [incident()] }, silence(['target = a']));
    const silenced = planNotifications(book, RULES, NOW + MINUTE);
    expect(silenced.planned).to.deep.equal([]);
    expect(silenced.nextDueAt).to.equal(NOW + 2 * HOUR);
    expect(silenced.book.incidents[0]!.events.at(-1)).to.deep.equal({
      at: NOW + MINUTE,
      kind: 'not_told',
      reason:
        'oncall/webhook_configs[0]: silenced by s1 of ada until 2026-03-01T16:00:00.000Z: being mended',
    });
    expect(plan(silenced.book, NOW + 2 * HOUR).causes).to.deep.equal(['opened']);
    const expired = expireSilence(silenced.book, 's1', NOW + HOUR);
    expect(plan(expired, NOW + HOUR).causes).to.deep.equal(['opened']);
  });

  it('lets the end through to those who were told of the beginning', () => {
    const told = plan({ ...EMPTY_BOOK, incidents: [incident()] }, NOW).book;
    const silenced = withSilence(told, silence(['target = a']));
    expect(plan(withIncident(silenced, incident({ state: 'leak' })), NOW + HOUR).causes).to.be
      .empty;
    const over = incident({ state: 'resolved', resolvedAt: NOW + HOUR });
    expect(plan(withIncident(silenced, over), NOW + HOUR).causes).to.deep.equal(['resolved']);
  });

  it('survives a restart, and is forgotten five days after its end', () => {
    const book = withSilence(EMPTY_BOOK, silence(['function =~ "a|b"']));
    const restored = restoreBook(JSON.parse(JSON.stringify(book)));
    expect(restored).to.deep.equal(book);
    const endsAt = NOW + 2 * HOUR;
    expect(plan(restored, endsAt + 5 * DAY - 1).book.silences).to.have.length(1);
    expect(plan(restored, endsAt + 5 * DAY).book.silences).to.deep.equal([]);
  });
});

describe('an acknowledgement', () => {
  const acknowledged = (state: 'suspect' | 'leak') =>
    withAcknowledgement(plan({ ...EMPTY_BOOK, incidents: [incident({ state })] }, NOW).book, {
      incident: 'one',
      state,
      at: NOW + MINUTE,
      endsAt: NOW + 9 * HOUR,
      by: 'ada',
      comment: '',
    });

  it('holds back repeats and updates until its end', () => {
    const book = acknowledged('leak');
    const wider = incident({ state: 'leak', sightings: [sighting(), sighting({ target: 'b' })] });
    const held = plan(withIncident(book, wider), NOW + 8 * HOUR);
    expect(held.causes).to.deep.equal([]);
    expect(held.book.incidents[0]!.events.at(-1)!.reason).to.contain(
      'acknowledged by ada until 2026-03-01T23:00:00.000Z',
    );
    expect(plan(held.book, NOW + 9 * HOUR).causes).to.deep.equal(['updated']);
  });

  it('does not hold when a suspect becomes a leak, nor for the end', () => {
    const book = acknowledged('suspect');
    const worse = plan(withIncident(book, incident({ state: 'leak' })), NOW + HOUR);
    expect(worse.causes).to.deep.equal(['escalated']);
    const over = incident({ state: 'resolved', resolvedAt: NOW + HOUR });
    expect(plan(withIncident(book, over), NOW + HOUR).causes).to.deep.equal(['resolved']);
  });

  it('can be withdrawn, survives a restart, and is forgotten with its incident', () => {
    const book = acknowledged('suspect');
    expect(restoreBook(JSON.parse(JSON.stringify(book))).acknowledgements).to.deep.equal(
      book.acknowledgements,
    );
    const withdrawn = withoutAcknowledgement(book, 'one');
    expect(plan(withdrawn, NOW + 5 * HOUR).causes).to.deep.equal(['repeated']);
    expect(plan({ ...book, incidents: [] }, NOW + HOUR).book.acknowledgements).to.deep.equal([]);
    expect(plan(book, NOW + 9 * HOUR).book.acknowledgements).to.deep.equal([]);
  });
});

describe('tellingsOf', () => {
  const at = (book: Book, now: number) =>
    tellingsOf(book, RULES, { incident: book.incidents[0]!, now })[0]!;

  it('says of each channel how it stands with an incident, and why', () => {
    const opened: Book = { ...EMPTY_BOOK, incidents: [incident()] };
    const planned = planNotifications(opened, RULES, NOW).book;
    expect(at(planned, NOW)).to.deep.include({
      receiver: 'oncall',
      channel: 'webhook_configs[0]',
      standing: 'owed',
      reason: 'opened: not tried yet',
      said: 1,
    });
    const told = { ...planned, pending: [] };
    expect(at(told, NOW + HOUR)).to.deep.include({
      standing: 'waiting',
      reason: 'repeated too soon: repeat_interval of 4h',
      until: NOW + 4 * HOUR,
      lastSaidAt: NOW,
    });
    const silenced = withSilence(told, silence(['target = a']));
    expect(at(silenced, NOW + HOUR)).to.deep.include({ standing: 'muted', until: NOW + 2 * HOUR });
    expect(at(silenced, NOW + HOUR).reason).to.contain('silenced by s1 of ada');
    expect(at(told, NOW + 4 * HOUR)).to.deep.include({ standing: 'due', reason: 'still there' });
    const dead = { ...planned, pending: [], dead: planned.pending };
    expect(at(dead, NOW).dead).to.deep.equal([planned.pending[0]!.id]);
  });
});
