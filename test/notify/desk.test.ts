import { expect } from 'chai';
import { EMPTY_BOOK, type Book } from '../../src/notify/book.ts';
import { createDesk, type Desk } from '../../src/notify/desk.ts';
import { MAX_PENDING } from '../../src/notify/outbox-room.ts';
import { MAX_SILENCES } from '../../src/notify/silences.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import { silentLog } from '../web/values.ts';
import { HOUR, incident, notification, NOW, receiver, route } from './drawn.ts';
import { HeldClock } from './held-clock.ts';

describe('the desk', () => {
  let teller: Teller;
  afterEach(() => teller.close(0));

  async function deskOf(book: Partial<Book>): Promise<Desk> {
    const clock = new HeldClock(NOW);
    const channel = {
      sendResolved: true,
      send: () => Promise.resolve({ kind: 'retry', reason: '503' } as const),
      close: () => Promise.resolve(),
    };
    teller = createTeller({
      persistence: {
        load: () => Promise.resolve(JSON.parse(JSON.stringify({ ...EMPTY_BOOK, ...book }))),
        save: () => Promise.resolve(),
      },
      channels: new Map([['oncall/webhook_configs[0]', channel]]),
      rules: { route: route(), receivers: [receiver('oncall', true)] },
      clock,
      log: silentLog,
      onOutcome: () => undefined,
    });
    await teller.start();
    return createDesk(teller, clock);
  }

  const ORDER = { matchers: [], startsAt: NOW, endsAt: NOW + HOUR, createdBy: 'ada', comment: '' };
  const silences = (count: number, endsAt: number) =>
    Array.from({ length: count }, (_, i) => ({ ...ORDER, endsAt, id: `s${i}`, createdAt: NOW }));

  it('takes so many silences that hold, and does not count those that ended', async () => {
    const full = await deskOf({ silences: silences(MAX_SILENCES, NOW + HOUR) });
    expect(await full.silence(ORDER)).to.deep.equal({
      kind: 'refused',
      problem: 'silences: 500 hold already; expire one first',
    });
    await teller.close(0);
    const over = await deskOf({ silences: silences(MAX_SILENCES, NOW) });
    expect((await over.silence(ORDER)).kind).to.equal('done');
  });

  it('sends no dead letter again while the outbox is full', async () => {
    const dead = [notification({ id: 'dead', jsonLength: 1 })];
    const pending = Array.from({ length: MAX_PENDING }, (_, i) =>
      notification({ id: `n${i}`, jsonLength: 1, nextAttemptAt: NOW + HOUR }),
    );
    const desk = await deskOf({ incidents: [incident()], dead, pending });
    expect(await desk.resend('dead')).to.deep.equal({
      kind: 'refused',
      problem: 'outbox: it is full; try again later',
    });
    expect(teller.outbox().dead).to.have.length(1);
  });
});
