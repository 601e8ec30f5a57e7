import { expect } from 'chai';
import type { Acceptance, Matcher } from '../../src/config/config.ts';
import { parseMatcher } from '../../src/config/matcher.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { alertsOf } from '../../src/notify/alertmanager/alerts.ts';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import type { Rules } from '../../src/notify/listeners.ts';
import type { Answer, Channel, Notification } from '../../src/notify/notification.ts';
import {
  withAcknowledgement,
  withoutAcknowledgement,
  withSilence,
} from '../../src/notify/silences.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import type { Log } from '../../src/runtime/log.ts';
import { HOUR, incident, MINUTE, NOW, route, sighting } from './drawn.ts';
import { posted } from './drawn-channels.ts';
import { HeldClock } from './held-clock.ts';

/** What an Alertmanager makes of what it is told: an alert holds until its end, and it tells of each end that it sees. */
class Account implements Channel {
  readonly sendResolved = true;
  readonly resendMs = MINUTE;
  readonly #clock: HeldClock;
  readonly #ends = new Map<string, number>();
  answer: Answer = { kind: 'sent', detail: 'ok' };
  requests = 0;

  constructor(clock: HeldClock) {
    this.#clock = clock;
  }

  async send(notification: Notification): Promise<Answer> {
    this.requests += 1;
    if (this.answer.kind !== 'sent') return this.answer;
    const times = { now: this.#clock.now(), holdsMs: 4 * MINUTE, externalUrl: 'http://hw' };
    for (const { labels, endsAt } of alertsOf(notification, times)) {
      const { target, severity, kind } = labels;
      this.#ends.set(`${target} ${severity} ${kind}`, Date.parse(String(endsAt)));
    }
    return this.answer;
  }

  async close(): Promise<void> {}

  firing(): readonly string[] {
    return this.#those((end) => end > this.#clock.now());
  }

  over(): readonly string[] {
    return this.#those((end) => end <= this.#clock.now());
  }

  #those(holds: (end: number) => boolean): readonly string[] {
    return [...this.#ends].flatMap(([alert, end]) => (holds(end) ? [alert] : [])).toSorted();
  }
}

describe('what an Alertmanager took', () => {
  let clock: HeldClock;
  let account: Account;
  let saved: Book;
  let teller: Teller;
  let inForce: Rules;

  const alertmanagers = [{ ...posted('http://127.0.0.1:9'), resendMs: MINUTE }];
  const receivers = [{ name: 'oncall', emails: [], webhooks: [], alertmanagers }];
  const rules = (parts: Partial<Rules> = {}): Rules => ({ route: route(), receivers, ...parts });

  async function start(given: Rules = rules()): Promise<void> {
    inForce = given;
    const line = () => {};
    const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
    teller = createTeller({
      persistence: {
        load: async () => JSON.parse(JSON.stringify(saved)),
        save: async (book) => void (saved = book),
      },
      channels: new Map([['oncall/alertmanager_configs[0]', account]]),
      rules: given,
      clock,
      log,
      onOutcome: () => undefined,
    });
    await teller.start();
  }

  async function restart(given: Rules = inForce): Promise<void> {
    await teller.close(0);
    await start(given);
  }

  beforeEach(async () => {
    clock = new HeldClock(NOW);
    [account, saved] = [new Account(clock), EMPTY_BOOK];
    await start();
  });

  afterEach(() => teller.close(0));

  function say(parts: Partial<Incident>): Promise<unknown> {
    return teller.report((incidents) => ({
      incidents: [
        ...incidents.filter(({ id }) => id !== (parts.id ?? 'one')),
        { ...incident(parts), events: incidents[0]?.events ?? [] },
      ],
      changes: ['changed'],
    }));
  }

  async function minutes(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await clock.advance(MINUTE);
  }

  const leaking = (target = 'a') =>
    sighting({ target, state: 'leak', at: clock.now(), leakSince: clock.now() });
  const resolved = (target = 'a') => sighting({ target, state: 'resolved', at: clock.now() });

  const acknowledgement = () => ({
    incident: 'one',
    state: 'suspect' as const,
    at: clock.now(),
    endsAt: NOW + 9 * HOUR,
    by: 'ada',
    comment: '',
  });
  const silence = () => ({
    id: 's1',
    matchers: [parseMatcher('service = checkout') as Matcher],
    startsAt: NOW,
    endsAt: NOW + 2 * HOUR,
    createdAt: NOW,
    createdBy: 'ada',
    comment: '',
  });
  /** From 14:00 to 16:00, which is two hours from NOW; the alert that is told before it began then. */
  const resting = (): Rules => ({
    ...rules({ route: route({ routes: [route({ muteTimes: ['rest'] })] }) }),
    timeIntervals: [{ name: 'rest', intervals: [{ ...ALWAYS, times: [{ from: 840, to: 959 }] }] }],
  });
  const accepted = (): Rules => rules({ accepted: [ACCEPTED] });

  const MUTES: Readonly<Record<string, () => Promise<unknown>>> = {
    'its incident is acknowledged': () =>
      teller.amend((book) => withAcknowledgement(book, acknowledgement())),
    'it is silenced': () => teller.amend((book) => withSilence(book, silence())),
    'its route rests': () => restart(resting()),
    'its growth is accepted': () => restart(accepted()),
  };

  for (const [title, mute] of Object.entries(MUTES)) {
    describe(`while ${title}`, () => {
      beforeEach(async () => {
        await say({});
        await minutes(1);
        await mute();
      });

      it('stands there as long as the leak goes on, also after a restart', async () => {
        await minutes(20);
        expect(account.firing()).to.deep.equal(['a warning heap']);
        await restart();
        await minutes(20);
        expect([account.firing(), account.over()]).to.deep.equal([['a warning heap'], []]);
      });

      it('is told to be over when it is', async () => {
        await minutes(5);
        await say({ state: 'resolved', resolvedAt: clock.now(), sightings: [resolved()] });
        await minutes(1);
        expect([account.firing(), account.over()]).to.deep.equal([[], ['a warning heap']]);
      });

      it('ends for a target in which it ended, and goes on for the others', async () => {
        await teller.close(0);
        saved = EMPTY_BOOK;
        await start();
        await say({ sightings: [sighting(), sighting({ target: 'b' })] });
        await minutes(1);
        await mute();
        await minutes(5);
        await say({ sightings: [sighting({ target: 'b' }), resolved()] });
        await minutes(5);
        expect(account.firing()).to.deep.equal(['b warning heap']);
        expect(account.over()).to.deep.equal(['a warning heap']);
      });

      it('says so where it is asked why nobody is told', () => {
        const [telling] = teller.tellings('one')!;
        expect(telling).to.deep.include({ standing: 'muted', stands: true });
        expect(telling!.reason).to.match(/; what it took before stands there until that is over$/);
      });
    });
  }

  describe('while it is muted', () => {
    it('is all that stands there: nothing of an incident that opens then', async () => {
      await teller.amend((book) => withSilence(book, silence()));
      await say({});
      await minutes(30);
      expect(account.requests).to.equal(0);
      expect(teller.tellings('one')![0]).not.to.have.property('stands');
      await minutes(100);
      expect(account.firing()).to.deep.equal(['a warning heap']);
    });

    it('hears of what is worse only afterwards', async () => {
      await say({});
      await minutes(1);
      await teller.amend((book) => withSilence(book, silence()));
      await say({ state: 'leak', sightings: [leaking(), sighting({ target: 'b' })] });
      await minutes(30);
      expect([account.firing(), account.over()]).to.deep.equal([['a warning heap'], []]);
      await minutes(100);
      expect(account.firing()).to.deep.equal(['a critical heap', 'b warning heap']);
      expect(account.over()).to.deep.equal(['a warning heap']);
    });

    it('hears at once that what was acknowledged got worse', async () => {
      await say({});
      await minutes(1);
      await teller.amend((book) => withAcknowledgement(book, acknowledgement()));
      await say({ state: 'leak', sightings: [leaking()] });
      await minutes(1);
      expect(account.firing()).to.deep.equal(['a critical heap']);
    });

    it('goes on in the target that takes the place of one that is gone, and in the next', async () => {
      await say({});
      await minutes(1);
      await teller.amend((book) => withAcknowledgement(book, acknowledgement()));
      const quiet = { fromFresh: 0, sinceRestart: true };
      const second = sighting({ target: 'b', formerly: 'a', quiet: { ...quiet, inPlaceOf: 'a' } });
      await say({ sightings: [second, resolved()] });
      await minutes(20);
      expect([account.firing(), account.over()]).to.deep.equal([
        ['b warning heap'],
        ['a warning heap'],
      ]);
      const third = sighting({ target: 'c', formerly: 'a', quiet: { ...quiet, inPlaceOf: 'b' } });
      await say({ sightings: [third, resolved('b'), resolved()] });
      await minutes(20);
      expect(account.firing()).to.deep.equal(['c warning heap']);
    });

    it('goes on there also where the leak is seen again before it was told again', async () => {
      await say({});
      await minutes(1);
      await teller.amend((book) => withAcknowledgement(book, acknowledgement()));
      await say({ sightings: [sighting({ target: 'b', formerly: 'a' }), resolved()] });
      await minutes(20);
      expect(account.firing()).to.deep.equal(['b warning heap']);
    });

    it('is told again until its end was taken', async () => {
      await say({ sightings: [sighting(), sighting({ target: 'b' })] });
      await minutes(1);
      await teller.amend((book) => withAcknowledgement(book, acknowledgement()));
      account.answer = { kind: 'retry', reason: '503' };
      await say({ sightings: [sighting({ target: 'b' }), resolved()] });
      await minutes(2);
      expect(account.firing()).to.deep.equal(['a warning heap', 'b warning heap']);
      account.answer = { kind: 'sent', detail: 'ok' };
      await minutes(1);
      expect([account.firing(), account.over()]).to.deep.equal([
        ['b warning heap'],
        ['a warning heap'],
      ]);
    });

    it('stands there no more where no route leads there, and comes back with the route', async () => {
      await say({});
      await minutes(1);
      await teller.amend((book) => withAcknowledgement(book, acknowledgement()));
      const away = { name: 'away', emails: [], webhooks: [] };
      const elsewhere = { route: route({ receiver: 'away' }), receivers: [...receivers, away] };
      await restart(elsewhere);
      await minutes(5);
      expect(account.firing()).to.deep.equal([]);
      await restart(rules());
      await minutes(1);
      expect(account.firing()).to.deep.equal(['a warning heap']);
    });

    it('is told nothing where it took nothing before', async () => {
      account.answer = { kind: 'refused', reason: '400' };
      await say({});
      await minutes(1);
      account.answer = { kind: 'sent', detail: 'ok' };
      await teller.amend((book) => withAcknowledgement(book, acknowledgement()));
      const { requests } = account;
      await minutes(10);
      expect(account.requests).to.equal(requests);
      await teller.amend((book) => withoutAcknowledgement(book, 'one'));
      await minutes(2);
      expect(account.firing()).to.deep.equal(['a warning heap']);
    });
  });
});

const ALWAYS = {
  times: [],
  weekdays: [],
  daysOfMonth: [],
  months: [],
  years: [],
  location: 'UTC',
};

const ACCEPTED: Acceptance = {
  function: undefined,
  matchers: [parseMatcher('service = checkout') as Matcher],
  budgetBytes: Number.MAX_SAFE_INTEGER,
  budgetBytesPerHour: undefined,
  until: undefined,
  comment: '',
};
