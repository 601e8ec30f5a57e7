import { expect } from 'chai';
import type { Incident, Sighting } from '../../src/incident/incident.ts';
import { EMPTY_BOOK, markSent, type Book } from '../../src/notify/book.ts';
import type { Rules } from '../../src/notify/listeners.ts';
import { MAX_PENDING, MAX_PENDING_LENGTH } from '../../src/notify/outbox-room.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import {
  fleetIncident,
  HOUR,
  incident,
  MINUTE,
  notification,
  NOW,
  receiver,
  route,
  sighting,
} from './drawn.ts';

const RULES: Rules = { route: route(), receivers: [receiver('oncall', true)] };

/** A book that goes through time: each step sets the incident as it is then, plans, and delivers. */
class Story {
  book: Book = EMPTY_BOOK;
  nextDueAt: number | undefined;
  readonly #rules: Rules;

  constructor(rules: Rules = RULES) {
    this.#rules = rules;
  }

  /** The causes of what is planned at this time. */
  at(now: number, then: Incident | undefined, deliver = true): string[] {
    const known = then && { ...then, events: this.book.incidents[0]?.events ?? then.events };
    const incidents = known === undefined ? this.book.incidents : [known];
    const plan = planNotifications({ ...this.book, incidents }, this.#rules, now);
    this.nextDueAt = plan.nextDueAt;
    this.book = deliver
      ? plan.planned.reduce((book, { id }) => markSent(book, id), plan.book)
      : plan.book;
    return plan.planned.map(({ cause, receiver: name }) => `${cause} ${name}`);
  }

  events(): string[] {
    return this.book.incidents[0]!.events.map(({ kind, reason }) => `${kind}: ${reason}`);
  }
}

const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe('planNotifications', () => {
  it('tells nothing before group_wait, and says when it will', () => {
    const story = new Story();
    expect(story.at(NOW, incident())).to.deep.equal([]);
    expect(story.nextDueAt).to.equal(NOW + 30_000);
    expect(story.at(NOW + 30_000, undefined, false)).to.deep.equal(['opened oncall']);
    expect(story.book.pending[0]).to.not.have.property('news');
    expect(story.events()).to.deep.equal([
      'opened: grows',
      'not_told: oncall/webhook_configs[0]: group_wait of 30s',
      'told: oncall/webhook_configs[0]: opened',
    ]);
  });

  it('says when the first of several is due', () => {
    const incidents = [incident(), incident({ id: 'two', openedAt: NOW + 10_000 })];
    const plan = planNotifications({ ...EMPTY_BOOK, incidents }, RULES, NOW + 10_000);
    expect(plan.nextDueAt).to.equal(NOW + 30_000);
  });

  it('plans the same book to the same object where nothing is due', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const plan = planNotifications(story.book, RULES, NOW + 2 * MINUTE);
    expect(plan.book).to.equal(story.book);
    expect(plan.planned).to.deep.equal([]);
  });

  it('never tells of an incident that was resolved before it was told', () => {
    const story = new Story();
    story.at(NOW, incident());
    const over = incident({ state: 'resolved', resolvedAt: NOW + 10_000 });
    expect(story.at(NOW + 10_000, over)).to.deep.equal([]);
    expect(story.at(NOW + HOUR, over)).to.deep.equal([]);
    expect(story.events().at(-1)).to.contain('not_told').and.contain('resolved before it was told');
  });

  it('tells an escalation at once, and only once', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const leak = incident({ state: 'leak' });
    expect(story.at(NOW + 2 * MINUTE, leak)).to.deep.equal(['escalated oncall']);
    expect(story.at(NOW + 10 * MINUTE, leak)).to.deep.equal([]);
    expect(story.at(NOW + 20 * MINUTE, incident())).to.deep.equal([]);
    expect(story.at(NOW + 30 * MINUTE, leak)).to.deep.equal([]);
    expect(story.at(NOW + 9 * HOUR, incident())).to.deep.equal(['repeated oncall']);
    expect(story.at(NOW + 9 * HOUR + MINUTE, leak)).to.deep.equal([]);
  });

  it('does not wait for group_wait where the leak is already certain', () => {
    const events = [
      { at: NOW, kind: 'opened', reason: 'grows' },
      { at: NOW + 1, kind: 'escalated', reason: 'certain' },
    ] as const;
    expect(new Story().at(NOW + 1, incident({ state: 'leak', events }))).to.deep.equal([
      'opened oncall',
    ]);
  });

  it('tells of another target as an update, not before group_interval', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const wider = incident({ sightings: [sighting(), sighting({ target: 'b' })] });
    expect(story.at(NOW + 2 * MINUTE, wider)).to.deep.equal([]);
    expect(story.nextDueAt).to.equal(NOW + 6 * MINUTE);
    expect(story.at(NOW + 6 * MINUTE, wider, false)).to.deep.equal(['updated oncall']);
    expect(story.at(NOW + 12 * MINUTE, wider)).to.deep.equal([]);
    expect(story.book.pending.map(({ news }) => news)).to.deep.equal(['also in b']);
    expect(story.events().at(-1)).to.equal('told: oncall/webhook_configs[0]: also in b');
  });

  it('tells nothing of a target in the place of one that was told, until it is time to repeat', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const left = sighting({ state: 'resolved', isLeft: true });
    const replaced = incident({ sightings: [sighting({ target: 'b', formerly: 'a' }), left] });
    expect(story.at(NOW + HOUR, replaced)).to.deep.equal([]);
    const again = incident({ sightings: [sighting({ target: 'c', formerly: 'a' }), left] });
    expect(story.at(NOW + 5 * HOUR, again)).to.deep.equal(['repeated oncall']);
    const other = incident({
      sightings: [sighting({ target: 'd', formerly: 'a' }), sighting({ target: 'e' }), left],
    });
    expect(story.at(NOW + 6 * HOUR, other, false)).to.deep.equal(['updated oncall']);
    expect(story.book.pending[0]?.news).to.equal('also in e');
  });

  it('looks at the names that were told once, however many they are', () => {
    const story = new Story();
    const wide = fleetIncident(100, { unlistedTargets: many('far', 1_900) });
    story.at(NOW + MINUTE, wide);
    let looks = 0;
    const told = story.book.told.map((each) => {
      const targets = new Proxy(each.last?.targets ?? [], {
        get: (names, key) => {
          looks += 1;
          return Reflect.get(names, key) as unknown;
        },
      });
      return { ...each, ...(each.last && { last: { ...each.last, targets } }) };
    });
    planNotifications({ ...story.book, told }, RULES, NOW + HOUR);
    expect(looks).to.be.within(2_000, 10_000);
  });

  it('tells of each target of a fleet once, however large it is', () => {
    const story = new Story();
    const wide = fleetIncident(100, { unlistedTargets: many('far', 2_100) });
    story.at(NOW + MINUTE, wide);
    expect(story.at(NOW + HOUR, wide)).to.deep.equal([]);
    const wider = fleetIncident(100, { unlistedTargets: many('far', 2_101) });
    expect(story.at(NOW + 2 * HOUR, wider)).to.deep.equal(['updated oncall']);
    expect(story.at(NOW + 3 * HOUR, wider)).to.deep.equal([]);
  });

  it('remembers the newest of those that it told of', () => {
    const story = new Story();
    const target = (name: string) => incident({ sightings: [sighting({ target: name })] });
    story.at(NOW + MINUTE, fleetIncident(1, { unlistedTargets: many('far', 2_100) }));
    expect(story.at(NOW + HOUR, target('new'))).to.deep.equal(['updated oncall']);
    expect(story.at(NOW + 2 * HOUR, target('far-2099'))).to.deep.equal([]);
    expect(story.book.told[0]!.last!.targets).to.have.length(2_000);
  });

  it('tells of another function as an update', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const other = { ...sighting().suspect, function: 'other.Func' };
    const beside = { ...other, state: 'growing' } as const;
    const grows = incident({ sightings: [sighting({ coSuspects: [beside] })] });
    expect(story.at(NOW + HOUR - MINUTE, grows)).to.deep.equal([]);
    const more = incident({ sightings: [sighting({ coSuspects: [other] })] });
    expect(story.at(NOW + HOUR, more)).to.deep.equal(['updated oncall']);
    expect(story.at(NOW + HOUR + 10 * MINUTE, incident())).to.deep.equal([]);
    expect(story.at(NOW + HOUR + 20 * MINUTE, more)).to.deep.equal([]);
  });

  it('tells as an update, once, that it is growth of another kind, but not where none was kept', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const turned = incident({ kind: 'goroutine', turnedAt: NOW + 2 * MINUTE });
    expect(story.at(NOW + 2 * MINUTE, turned)).to.deep.equal([]);
    const before = story.book;
    expect(story.at(NOW + 6 * MINUTE, turned)).to.deep.equal(['updated oncall']);
    expect(story.events().at(-1)).to.include('now known to be growth of goroutines');
    expect(story.at(NOW + HOUR, turned)).to.deep.equal([]);
    const told = before.told.map((record) => {
      const { kind: _, ...last } = record.last!;
      return { ...record, last };
    });
    story.book = { ...before, told };
    expect(story.at(NOW + 6 * MINUTE, turned)).to.deep.equal([]);
  });

  /** As a report at this time foresees it, after others that did for a while. */
  const foreseen = (at: number, limitReachedAt: number) => {
    const lasting = { at, limitReachedAt };
    return incident({
      sightings: [{ ...reported(at, limitReachedAt), foreseen: { ...RUN, lasting } }],
    });
  };
  const RUN = { fromFresh: 100, latest: 0 };
  const reported = (at: number, limitReachedAt: number) =>
    sighting({ at, memory: { ...sighting().memory, limitReachedAt } });

  it('tells once that the limit is in sight', () => {
    const memory = { ...sighting().memory, limitReachedAt: undefined };
    const story = new Story();
    story.at(NOW + MINUTE, incident({ sightings: [sighting({ memory })] }));
    const seen = foreseen(NOW + HOUR, NOW + 9 * HOUR);
    expect(story.at(NOW + HOUR, seen, false)).to.deep.equal(['updated oncall']);
    expect(story.book.pending[0]?.news).to.equal('the limit is in sight');
    story.book = { ...story.book, pending: [] };
    expect(story.at(NOW + 2 * HOUR, seen)).to.deep.equal([]);
  });

  it('tells when the time to the limit is half of what it was told to be, not when time passes', () => {
    const story = new Story();
    const later = NOW + 3 * HOUR;
    story.at(NOW + MINUTE, foreseen(NOW, NOW + 8 * HOUR));
    expect(story.at(later, foreseen(later, NOW + 8 * HOUR))).to.deep.equal([]);
    expect(story.at(later, foreseen(later, NOW + 6 * HOUR))).to.deep.equal([]);
    expect(story.at(later, foreseen(later, NOW + 5 * HOUR))).to.deep.equal(['updated oncall']);
  });

  it('goes by the target that reaches its limit first, and in which the leak is seen', () => {
    const ends = (target: string, hours: number, parts: Partial<Sighting> = {}) => {
      const limitReachedAt = NOW + hours * HOUR;
      const memory = { ...sighting().memory, limitReachedAt };
      const lasting = { at: NOW, limitReachedAt };
      return sighting({ target, at: NOW, memory, foreseen: { ...RUN, lasting }, ...parts });
    };
    const story = new Story();
    story.at(NOW, incident({ sightings: [ends('a', 2), ends('b', 20)] }));
    story.at(NOW + MINUTE, undefined);
    const nearer = incident({ sightings: [ends('a', 2), ends('b', 8)] });
    expect(story.at(NOW + HOUR, nearer)).to.deep.equal([]);
    // As an older file has it.
    const quiet = { fromFresh: 1, sinceRestart: false };
    const unseen = incident({ sightings: [ends('a', 2), ends('b', 0.1, { quiet })] });
    expect(story.at(NOW + HOUR, unseen)).to.deep.equal([]);
  });

  it('still knows which limit it told of where none was in sight meanwhile', () => {
    const story = new Story();
    story.at(NOW + MINUTE, foreseen(NOW, NOW + 20 * HOUR));
    const memory = { ...sighting().memory, limitReachedAt: undefined };
    const none = incident({ sightings: [sighting({ memory })] });
    expect(story.at(NOW + 5 * HOUR, none)).to.deep.equal(['repeated oncall']);
    const again = foreseen(NOW + 6 * HOUR, NOW + 20 * HOUR);
    expect(story.at(NOW + 6 * HOUR, again)).to.deep.equal([]);
  });

  it('tells of no time to the limit that halved, nor of a limit in sight, before that lasts', () => {
    const story = new Story();
    const later = NOW + 3 * HOUR;
    const soon = incident({ sightings: [{ ...reported(later, later + 2 * HOUR), foreseen: RUN }] });
    story.at(NOW + MINUTE, foreseen(NOW, NOW + 8 * HOUR));
    expect(story.at(later, soon)).to.deep.equal([]);
    expect(story.at(later, foreseen(later, later + 2 * HOUR))).to.deep.equal(['updated oncall']);
    const blind = new Story();
    const memory = { ...sighting().memory, limitReachedAt: undefined };
    blind.at(NOW + MINUTE, incident({ sightings: [sighting({ memory })] }));
    expect(blind.at(later, soon)).to.deep.equal([]);
    expect(blind.at(later, foreseen(later, later + 2 * HOUR))).to.deep.equal(['updated oncall']);
  });

  it('tells nothing of a forecast that is withdrawn while its target gives no readings', () => {
    const story = new Story();
    const later = NOW + 3 * HOUR;
    story.at(NOW + MINUTE, foreseen(NOW, NOW + 8 * HOUR));
    const [soon] = foreseen(later, later + 2 * HOUR).sightings;
    const memory = { ...sighting().memory, limitReachedAt: undefined };
    expect(story.at(later, incident({ sightings: [{ ...soon!, memory }] }))).to.deep.equal([]);
  });

  it('takes no forecast that nothing renewed for time to the limit that halved, however near it comes', () => {
    const story = new Story();
    story.at(NOW + MINUTE, foreseen(NOW, NOW + 2 * HOUR));
    const last = foreseen(NOW + 2 * MINUTE, NOW + 2 * HOUR - 2 * MINUTE);
    for (let minutes = 2; minutes < 180; minutes += 1)
      expect(story.at(NOW + minutes * MINUTE, last), `after ${minutes}m`).to.deep.equal([]);
    const reached = new Story();
    const now = NOW + MINUTE;
    reached.at(now, foreseen(now, now));
    expect(reached.at(NOW + HOUR, foreseen(now, now))).to.deep.equal([]);
  });

  it('tells that a target near its limit gives no readings any more, once, and of another that in the next message', () => {
    const memory = { ...sighting().memory, limitReachedAt: undefined };
    const silent = (target: string, nearLimit?: true) => {
      const unread = { since: NOW, why: 'refused', ...(nearLimit && { nearLimit }) };
      return sighting({ target, memory, unread });
    };
    const alive = sighting({ target: 'b' });
    const story = new Story();
    story.at(NOW + MINUTE, incident({ sightings: [sighting(), alive] }));
    const calm = incident({ sightings: [alive, silent('a')] });
    expect(story.at(NOW + HOUR, calm)).to.deep.equal([]);
    const dead = incident({ sightings: [alive, silent('a', true)] });
    expect(story.at(NOW + 2 * HOUR, dead, false)).to.deep.equal(['updated oncall']);
    expect(story.book.pending[0]?.news).to.equal(
      'no reading of a any more, and it may have been killed at its limit: memory was 1012MiB of 2GiB (49%)',
    );
    story.book = restoreBook(JSON.parse(JSON.stringify({ ...story.book, pending: [] })));
    expect(story.at(NOW + 3 * HOUR, dead)).to.deep.equal([]);
    expect(story.at(NOW + 6 * HOUR, incident({ sightings: [alive] }))).to.deep.equal([
      'repeated oncall',
    ]);
    expect(story.at(NOW + 7 * HOUR, dead)).to.deep.equal(['updated oncall']);
  });

  it('does not take a clock that was set back for time to the limit that halved', () => {
    const story = new Story();
    const back = NOW - 3 * HOUR;
    story.at(NOW + MINUTE, foreseen(NOW, NOW + 3 * HOUR));
    expect(story.at(back, foreseen(back, NOW - 10 * MINUTE))).to.deep.equal([]);
    expect(story.at(back, foreseen(back, NOW - 2 * HOUR))).to.deep.equal(['updated oncall']);
  });

  it('repeats soon enough after the clock was set back, and nothing for a small step', () => {
    const DAY = 24 * HOUR;
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    expect(story.at(NOW, undefined)).to.deep.equal([]);
    expect(story.at(NOW - 3 * HOUR, undefined)).to.deep.equal([]);
    expect(story.nextDueAt).to.equal(NOW + 4 * HOUR + MINUTE);
    expect(story.at(NOW - 365 * DAY, undefined)).to.deep.equal(['repeated oncall']);
    expect(story.at(NOW - 365 * DAY + HOUR, undefined)).to.deep.equal([]);
    expect(story.at(NOW - 365 * DAY + 4 * HOUR, undefined)).to.deep.equal(['repeated oncall']);
  });

  it('repeats after repeat_interval, for as long as it fires', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    expect(story.nextDueAt).to.equal(undefined);
    expect(story.at(NOW + 4 * HOUR, undefined)).to.deep.equal([]);
    expect(story.nextDueAt).to.equal(NOW + 4 * HOUR + MINUTE);
    expect(story.at(NOW + 4 * HOUR + MINUTE, undefined)).to.deep.equal(['repeated oncall']);
    expect(story.at(NOW + 8 * HOUR + MINUTE, undefined)).to.deep.equal(['repeated oncall']);
  });

  it('repeats no sooner than after group_interval', () => {
    const rules = { ...RULES, route: route({ repeatIntervalMs: MINUTE }) };
    const story = new Story(rules);
    story.at(NOW + MINUTE, incident());
    expect(story.at(NOW + 5 * MINUTE, undefined)).to.deep.equal([]);
    expect(story.at(NOW + 6 * MINUTE, undefined)).to.deep.equal(['repeated oncall']);
  });

  it('says nothing more to a channel that has not taken the last, but that it got worse or ended', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident(), false);
    expect(story.at(NOW + 9 * HOUR, undefined, false)).to.deep.equal([]);
    expect(story.at(NOW + 9 * HOUR, incident({ state: 'leak' }), false)).to.deep.equal([
      'escalated oncall',
    ]);
    const over = incident({ state: 'resolved', resolvedAt: NOW + 10 * HOUR });
    expect(story.at(NOW + 10 * HOUR, over, false)).to.deep.equal(['resolved oncall']);
    expect(story.book.pending.map(({ cause }) => cause)).to.deep.equal([
      'opened',
      'escalated',
      'resolved',
    ]);
  });

  it('tells the end at once to each channel that was told and asks for it, with how grave it was', () => {
    const rules = { route: route(), receivers: [receiver('oncall', true, false)] };
    const story = new Story(rules);
    story.at(NOW + MINUTE, incident({ state: 'leak' }));
    const over = incident({ state: 'resolved', resolvedAt: NOW + HOUR });
    expect(story.at(NOW + HOUR, over, false)).to.deep.equal(['resolved oncall']);
    expect(story.book.pending[0]).to.deep.include({
      channel: 'webhook_configs[0]',
      severity: 'critical',
    });
    expect(story.at(NOW + 2 * HOUR, over)).to.deep.equal([]);
    expect(story.events().at(-1)).to.contain('webhook_configs[1]: resolved; send_resolved is off');
  });

  it('tells the end to whom it told the beginning, though the route leads elsewhere by then', () => {
    const critical = [{ label: 'severity', operator: '=', value: 'critical' } as const];
    const story = new Story({
      route: route({ routes: [route({ receiver: 'pager', matchers: critical })] }),
      receivers: [receiver('oncall', true), receiver('pager', true)],
    });
    expect(story.at(NOW + MINUTE, incident())).to.deep.equal(['opened oncall']);
    expect(story.at(NOW + HOUR, incident({ state: 'leak' }))).to.deep.equal(['opened pager']);
    const over = incident({ state: 'resolved', resolvedAt: NOW + 2 * HOUR });
    expect(story.at(NOW + 2 * HOUR, over)).to.have.members(['resolved oncall', 'resolved pager']);
  });

  it('tells no end to a channel that is no longer configured', () => {
    const story = new Story();
    story.at(NOW + MINUTE, incident());
    const over = incident({ state: 'resolved', resolvedAt: NOW + HOUR });
    const rules = { ...RULES, receivers: [receiver('oncall')] };
    const plan = planNotifications({ ...story.book, incidents: [over] }, rules, NOW + HOUR);
    expect(plan.book.pending).to.deep.equal([]);
  });

  it('keeps as the reason for silence that a receiver has no channels, once', () => {
    const story = new Story({ route: route(), receivers: [receiver('oncall')] });
    story.at(NOW + MINUTE, incident());
    story.at(NOW + HOUR, undefined);
    expect(story.events()).to.deep.equal([
      'opened: grows',
      'not_told: oncall: the receiver has no channels',
    ]);
    story.at(NOW + 2 * HOUR, incident({ state: 'resolved', resolvedAt: NOW + 2 * HOUR }));
    expect(story.events()).to.have.length(2);
  });

  it('gives each thing said a key of its own, the same whenever it is planned from the same book', () => {
    const planned = (book: Book, now: number) => planNotifications(book, RULES, now);
    const book = { ...EMPTY_BOOK, incidents: [incident()] };
    const first = planned(book, NOW + MINUTE);
    expect(planned(book, NOW + 2 * MINUTE).planned[0]!.id).to.equal(first.planned[0]!.id);
    const sent = markSent(first.book, first.planned[0]!.id);
    expect(planned(sent, NOW + 5 * HOUR).planned[0]!.id).to.not.equal(first.planned[0]!.id);
  });
});

describe('what is planned', () => {
  it('is to the byte what a restart finds of it, so that a key never comes with two bodies', () => {
    const [first] = incident().sightings;
    const { z, since, ...rest } = first!.suspect;
    const suspect = { since, z, ...rest, growthBytesPerHourHigh: Number.POSITIVE_INFINITY };
    const odd = incident({ sightings: [{ ...first!, suspect }] });
    const { book, planned } = planNotifications(
      { ...EMPTY_BOOK, incidents: [odd] },
      RULES,
      NOW + MINUTE,
    );
    const { pending } = restoreBook(JSON.parse(JSON.stringify(book)));
    expect(planned).to.have.length(1);
    expect(JSON.stringify(planned)).to.equal(JSON.stringify(pending));
  });
});

describe('a full outbox', () => {
  const waiting = (cause: 'opened' | 'repeated', count: number, receiver?: string) =>
    Array.from({ length: count }, (_, i) =>
      notification({
        id: `${cause}-${i}`,
        cause,
        receiver: receiver ?? `other-${i}`,
        incident: incident({ id: `other-${cause}-${i}` }),
      }),
    );

  it('drops its oldest repeat for something new', () => {
    const pending = [...waiting('opened', MAX_PENDING - 2), ...waiting('repeated', 2)];
    const book = { ...EMPTY_BOOK, incidents: [incident()], pending };
    const plan = planNotifications(book, RULES, NOW + MINUTE);
    expect(plan.planned.map(({ cause }) => cause)).to.deep.equal(['opened']);
    expect(plan.dropped.map(({ id }) => id)).to.deep.equal(['repeated-0']);
    expect(plan.book.pending).to.have.length(MAX_PENDING);
  });

  it('lets new things wait where it holds nothing that may be dropped, and tells them later', () => {
    const pending = waiting('opened', MAX_PENDING);
    const full = planNotifications(
      { ...EMPTY_BOOK, incidents: [incident()], pending },
      RULES,
      NOW + MINUTE,
    );
    expect(full.planned).to.deep.equal([]);
    expect(full.book.pending).to.have.length(MAX_PENDING);
    const roomy = markSent(full.book, 'opened-0');
    expect(planNotifications(roomy, RULES, NOW + HOUR).planned.map(({ cause }) => cause)) //
      .to.deep.equal(['opened']);
  });

  const large = (cause: 'opened' | 'repeated', jsonLength: number) =>
    waiting(cause, 4).map((each) => ({ ...each, jsonLength }));
  const book = (pending: Book['pending']) => ({ ...EMPTY_BOOK, incidents: [incident()], pending });
  const quarter = MAX_PENDING_LENGTH / 4;

  it('is full by size as well', () => {
    const full = book(large('opened', quarter));
    expect(planNotifications(full, RULES, NOW + MINUTE).planned).to.deep.equal([]);
    const roomy = book(large('opened', quarter - 1));
    expect(planNotifications(roomy, RULES, NOW + MINUTE).planned).to.have.length(1);
  });

  it('drops as many of its oldest repeats as something new takes', () => {
    const pending = [...large('opened', quarter - 1), ...large('repeated', 3)];
    const plan = planNotifications(book(pending), RULES, NOW + MINUTE);
    expect(plan.planned).to.have.length(1);
    expect(plan.dropped.map(({ id }) => id)).to.deep.equal([
      'repeated-0',
      'repeated-1',
      'repeated-2',
    ]);
  });

  it('counts all that comes at once', () => {
    const incidents = ['one', 'two'].map((id) => incident({ id }));
    const pending = large('opened', quarter - 1);
    const plan = planNotifications({ ...EMPTY_BOOK, incidents, pending }, RULES, NOW + MINUTE);
    expect(plan.planned).to.have.length(1);
  });

  it('leaves as much as a receiver that is down may fill of it to the others', () => {
    const rules = { route: route(), receivers: [receiver('oncall', true), receiver('down', true)] };
    const told = (name: string, pending: Book['pending']) =>
      planNotifications(
        book(pending),
        { ...rules, route: route({ receiver: name }) },
        NOW + MINUTE,
      ).planned.map(({ receiver: each }) => each);
    const half = waiting('opened', MAX_PENDING / 2, 'down');
    expect(told('down', half)).to.deep.equal([]);
    expect(told('down', half.slice(1))).to.deep.equal(['down']);
    expect(told('oncall', half)).to.deep.equal(['oncall']);
    const third = MAX_PENDING / 3;
    const two = [...waiting('opened', third, 'gone'), ...waiting('opened', third, 'down')];
    expect(told('oncall', two)).to.deep.equal(['oncall']);
    expect(told('down', [...two, ...waiting('opened', 2, 'gone')])).to.deep.equal([]);
  });

  it('lets a receiver tell something new in place of its own repeats', () => {
    const pending = [
      ...waiting('opened', MAX_PENDING / 2 - 1, 'oncall'),
      ...waiting('repeated', 1, 'oncall'),
    ];
    const plan = planNotifications(book(pending), RULES, NOW + MINUTE);
    expect(plan.planned).to.have.length(1);
    expect(plan.dropped).to.deep.equal([]);
  });
});
