import { expect } from 'chai';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import { createDesk } from '../../src/notify/desk.ts';
import { lastSaid } from '../../src/notify/last-said.ts';
import type { Answer } from '../../src/notify/notification.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import type { Telling } from '../../src/notify/tellings.ts';
import { served, words } from '../web/served.ts';
import { silentLog } from '../web/values.ts';
import { HOUR, incident, notification, NOW, receiver, route } from './drawn.ts';
import { HeldClock, settle } from './held-clock.ts';

const REFUSED: Answer = { kind: 'refused', reason: 'HTTP 400 no such template' };
const SENT: Answer = { kind: 'sent', detail: 'ok' };

/** As files were before they told what had arrived. */
const OLD: Book = {
  ...EMPTY_BOOK,
  incidents: [incident()],
  told: [
    {
      incident: 'one',
      receiver: 'oncall',
      channel: 'webhook_configs[0]',
      said: 5,
      last: lastSaid(incident(), undefined, NOW),
      decision: 'opened',
    },
  ],
  pending: [notification({ id: 'owed', nextAttemptAt: NOW + HOUR })],
  dead: [notification({ id: 'dead', lastAnswer: 'refused: HTTP 400' })],
};

describe('what arrived of what was said of an incident', () => {
  let teller: Teller;
  let saved: unknown;
  let answers: Answer[];
  let clock: HeldClock;

  async function start(book: unknown): Promise<void> {
    saved = book;
    const channel = {
      sendResolved: true,
      send: () => Promise.resolve(answers.shift() ?? REFUSED),
      close: () => Promise.resolve(),
    };
    teller = createTeller({
      persistence: {
        load: () => Promise.resolve(saved),
        save: async (next) => void (saved = JSON.parse(JSON.stringify(next))),
      },
      channels: new Map([['oncall/webhook_configs[0]', channel]]),
      rules: { route: route({ groupWaitMs: 0 }), receivers: [receiver('oncall', true)] },
      clock,
      log: silentLog,
      onOutcome: () => undefined,
    });
    await teller.start();
  }

  beforeEach(() => {
    answers = [];
    clock = new HeldClock(NOW);
  });
  afterEach(() => teller.close(0));

  const open = async (): Promise<void> => {
    await teller.report(() => ({ incidents: [incident()], changes: ['opened'] }));
    await settle();
  };
  const telling = (): Telling | undefined => teller.tellings('one')?.[0];

  it('is nothing where the receiver refuses it, and the page says so and sends it again', async () => {
    await start(EMPTY_BOOK);
    await open();
    expect(telling()).to.deep.include({ said: 1, sent: 0, owed: 0, givenUp: 1 });
    expect(telling()?.lastSentAt).to.equal(undefined);
    expect(telling()?.letters.map(({ lastAnswer }) => lastAnswer)).to.deep.equal([
      'refused: HTTP 400 no such template',
    ]);
    const desk = createDesk(teller, clock);
    await served({ incidents: () => teller.incidents(), desk }, async (url) => {
      const page = await (await fetch(`${url}/incidents/one`)).text();
      const [section = ''] = page.match(/<h2 id="told">[^]*?<\/table>/) ?? [];
      expect(words(section)).to.match(
        /0 – 0 1: nothing has arrived here yet opened, \S+( ago)?: refused: HTTP 400 no such template Send again/,
      );
      answers.push(SENT);
      const [, id = ''] = /dead-letters\/([^"/]+)\/resend/.exec(section) ?? [];
      const sentAgain = await fetch(`${url}/dead-letters/${id}/resend`, {
        method: 'POST',
        body: new URLSearchParams({ incident: 'one' }),
        redirect: 'manual',
      });
      expect(sentAgain.headers.get('location')).to.equal('../../incidents/one#told');
    });
    await settle();
    expect(telling()).to.deep.include({ said: 1, sent: 1, lastSentAt: NOW, givenUp: 0, dead: [] });
  });

  it('is known after a restart', async () => {
    answers.push(SENT);
    await start(EMPTY_BOOK);
    await open();
    await teller.close(0);
    await start(saved);
    expect(telling()).to.deep.include({ said: 1, sent: 1, lastSentAt: NOW, owed: 0, givenUp: 0 });
  });

  it('is reckoned from what was neither owed nor given up, where an older file does not tell', async () => {
    await start(OLD);
    expect(telling()).to.deep.include({ said: 5, sent: 3, owed: 1, givenUp: 1, dead: ['dead'] });
    expect(telling()?.lastSentAt).to.equal(undefined);
    answers.push(SENT);
    await clock.advance(HOUR);
    expect(telling()).to.deep.include({ sent: 4, lastSentAt: NOW + HOUR, owed: 0, givenUp: 1 });
  });
});
