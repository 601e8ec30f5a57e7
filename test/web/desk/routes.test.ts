import { expect } from 'chai';
import { hashSync } from 'bcryptjs';
import type { Book } from '../../../src/notify/book.ts';
import { createDesk } from '../../../src/notify/desk.ts';
import { createTeller, type Teller } from '../../../src/notify/teller.ts';
import { storageTrouble } from '../../../src/say-standing.ts';
import { startWeb, type Web, type WebOptions } from '../../../src/web/server.ts';
import { incident, notification, NOW, receiver, route } from '../../notify/drawn.ts';
import { HeldClock } from '../../notify/held-clock.ts';
import { dashboardOf, silentLog } from '../values.ts';

const HOUR = 3_600_000;
const GOOD = { matchers: ['team = payments'], duration: '2h', createdBy: 'ada', comment: 'why' };

const TARGETS = [
  { name: 'a', labels: { team: 'payments' } },
  { name: 'b', labels: { team: 'web' } },
];

describe('/api/v1 for what people say', () => {
  let web: Web | undefined;
  let teller: Teller;
  let url: string;
  let isFull = false;
  const clock = new HeldClock(NOW);

  async function serve(options: Partial<WebOptions> = {}, book?: Book): Promise<void> {
    isFull = false;
    const channel = {
      sendResolved: true,
      send: () => Promise.resolve({ kind: 'sent', detail: 'ok' } as const),
      close: () => Promise.resolve(),
    };
    teller = createTeller({
      persistence: {
        load: () => Promise.resolve(book),
        save: () => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve()),
      },
      channels: new Map([['oncall/webhook_configs[0]', channel]]),
      rules: { route: route(), receivers: [receiver('oncall', true)] },
      clock,
      log: silentLog,
      onOutcome: () => undefined,
    });
    await teller.start();
    const dashboard = dashboardOf({
      desk: createDesk(teller, clock, () => TARGETS),
      trouble: () => storageTrouble({ teller, store: { trouble: () => undefined } }),
    });
    web = await startWeb({ host: '127.0.0.1', port: 0, clock, ...options }, dashboard, silentLog);
    url = `${web.url}/api/v1`;
  }

  afterEach(async () => {
    await web?.close();
    await teller.close(0);
  });

  async function ask(method: string, path: string, body?: unknown) {
    return askAs({}, `${method} ${path}`, body);
  }

  async function askAs(headers: Record<string, string>, what: string, body?: unknown) {
    const [method = '', path] = what.split(' ');
    const response = await fetch(`${url}/${path}`, {
      method,
      ...(body === undefined
        ? { headers }
        : {
            headers: { 'content-type': 'application/json', ...headers },
            body: typeof body === 'string' ? body : JSON.stringify(body),
          }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('makes a silence, shows it and ends it', async () => {
    await serve();
    const made = await ask('POST', 'silences', GOOD);
    expect(made.status).to.equal(201);
    expect(made.body).to.deep.include({
      matchers: [{ label: 'team', operator: '=', value: 'payments' }],
      startsAt: NOW,
      endsAt: NOW + 2 * HOUR,
      createdBy: 'ada',
      comment: 'why',
      state: 'active',
      holdsFor: {
        incidents: 0,
        ofIncidents: 0,
        targets: 1,
        ofTargets: 2,
        words: '0 open incidents and 1 of 2 targets',
      },
    });
    const path = `silences/${String(made.body['id'])}`;
    expect((await ask('GET', path)).body).to.deep.equal(made.body);
    const ended = (await ask('DELETE', path)).body;
    expect(ended).to.deep.include({ state: 'expired', endsAt: NOW }).and.not.have.key('holdsFor');
    const { silences } = (await ask('GET', 'silences')).body as { silences: { state: string }[] };
    expect(silences.map(({ state }) => state)).to.deep.equal(['expired']);
    expect((await ask('DELETE', 'silences/none')).status).to.equal(404);
    expect((await ask('GET', 'silences/none')).status).to.equal(404);
  });

  it('takes times as ISO 8601 and as Unix milliseconds', async () => {
    await serve();
    const endsAt = new Date(NOW + 3 * HOUR).toISOString();
    const { duration: _, ...rest } = GOOD;
    const made = await ask('POST', 'silences', { ...rest, startsAt: NOW + HOUR, endsAt });
    expect(made.body).to.deep.include({ state: 'pending', endsAt: NOW + 3 * HOUR });
    const day = new Date(NOW + 48 * HOUR).toISOString().slice(0, 10);
    const atDay = await ask('POST', 'silences', { ...rest, endsAt: day });
    expect(atDay.body).to.deep.include({ endsAt: Date.parse(`${day}T00:00:00Z`) });
  });

  it('says all that is wrong with an order, and keeps none of it', async () => {
    await serve();
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ ...GOOD, matchers: [] }, 'matchers'],
      [{ ...GOOD, matchers: ['team'] }, 'matchers.0: not a matcher'],
      [{ ...GOOD, matchers: ['team =~ "(?=a)b"'] }, 'RE2'],
      [{ ...GOOD, matchers: ['team =~ ".*"'] }, 'they hold for an alert without labels'],
      [{ ...GOOD, matchers: Array(51).fill('a = b') }, 'matchers'],
      [{ ...GOOD, duration: 'long' }, 'not a duration'],
      [{ ...GOOD, duration: '400d' }, 'more than a year'],
      [{ ...GOOD, duration: undefined }, 'endsAt: missing'],
      [{ ...GOOD, endsAt: NOW - 1 }, 'not after the start'],
      [{ ...GOOD, endsAt: 'tomorrow' }, 'endsAt: not a time; write one such as'],
      [{ ...GOOD, startsAt: -1 }, 'startsAt: not a time'],
      [{ ...GOOD, createdBy: ' ' }, 'createdBy: missing'],
      [{ ...GOOD, createdBy: undefined }, 'createdBy: missing; write who asks for it (--by NAME'],
      [{ ...GOOD, comment: 'x'.repeat(2_001) }, 'comment'],
      [{ ...GOOD, more: 1 }, 'more'],
      ['{ no json', 'body'],
    ];
    for (const [body, word] of wrong) {
      const { status, body: said } = await ask('POST', 'silences', body);
      expect(status, word).to.equal(400);
      expect(said['error'], word).to.contain(word);
    }
    const form = await askAs({ 'content-type': 'text/plain' }, 'POST silences', GOOD);
    expect(form.status).to.equal(415);
    expect(form.body['error']).to.contain('Content-Type: application/json');
    const broken = await ask('POST', 'silences', '{ no json');
    expect(broken.body['error']).to.contain('not JSON');
    const huge = await ask('POST', 'silences', { ...GOOD, comment: 'x'.repeat(70_000) });
    expect(huge.status).to.equal(413);
    expect((await ask('GET', 'silences')).body).to.deep.equal({ silences: [] });
  });

  it('refuses what a page of another site sends, and what nobody answers for from elsewhere', async () => {
    await serve();
    const foreign = await askAs({ origin: 'https://evil.example.com' }, 'POST silences', GOOD);
    expect(foreign.status).to.equal(403);
    await web?.close();
    await teller.close(0);
    await serve({ host: '0.0.0.0' });
    expect((await ask('POST', 'silences', GOOD)).status).to.equal(403);
    expect((await ask('POST', 'dead-letters/x/resend')).status).to.equal(403);
    expect((await ask('DELETE', 'silences/x')).status).to.equal(403);
  });

  it('takes the user who is logged in for the author, whatever the order says', async () => {
    await serve({ basicAuthUsers: { bob: hashSync('secret', 4) } });
    expect((await ask('POST', 'silences', GOOD)).status).to.equal(401);
    const authorization = `Basic ${Buffer.from('bob:secret').toString('base64')}`;
    const made = await askAs({ authorization }, 'POST silences', GOOD);
    expect(made.body).to.deep.include({ createdBy: 'bob' });
    const unnamed = await askAs({ authorization }, 'POST silences', { ...GOOD, createdBy: '' });
    expect(unnamed.body).to.deep.include({ createdBy: 'bob' });
  });

  it('says where the disk has not taken it', async () => {
    await serve();
    isFull = true;
    const { status, body } = await ask('POST', 'silences', GOOD);
    expect(status).to.equal(503);
    expect(body['error']).to.contain('cannot be saved now');
    const ready = await fetch(url.replace('/api/v1', '/-/ready'));
    expect(ready.status).to.equal(503);
    expect(await ready.text()).to.contain('nothing is told until they can: ENOSPC');
  });

  it('acknowledges an open incident, and tells why each receiver is told or not', async () => {
    await serve({}, { incidents: [incident()], told: [], pending: [], dead: [] });
    const path = 'incidents/one/acknowledge';
    const made = await ask('POST', path, { duration: '8h', by: 'ada' });
    expect(made.status).to.equal(201);
    expect(made.body).to.deep.include({ incident: 'one', by: 'ada', endsAt: NOW + 8 * HOUR });
    const { tellings } = (await ask('GET', 'incidents/one/tellings')).body as {
      tellings: { standing: string; reason: string }[];
    };
    expect(tellings[0]!.standing).to.equal('muted');
    expect(tellings[0]!.reason).to.contain('acknowledged by ada');
    const { acknowledgements } = (await ask('GET', 'acknowledgements')).body;
    expect(acknowledgements).to.have.length(1);
    expect((await ask('DELETE', path)).status).to.equal(200);
    expect((await ask('DELETE', path)).status).to.equal(404);
    expect((await ask('POST', 'incidents/two/acknowledge', { duration: '8h', by: 'a' })).status) //
      .to.equal(404);
    expect((await ask('GET', 'incidents/two/tellings')).status).to.equal(404);
  });

  it('does not acknowledge what is over', async () => {
    const over = incident({ state: 'resolved', resolvedAt: NOW });
    await serve({}, { incidents: [over], told: [], pending: [], dead: [] });
    const { status } = await ask('POST', 'incidents/one/acknowledge', { duration: '8h', by: 'a' });
    expect(status).to.equal(409);
  });

  it('lists dead letters and sends one again under its key', async () => {
    const dead = [
      notification({ lastAnswer: 'refused: HTTP 400' }),
      notification({ id: 'key-2', receiver: 'gone' }),
    ];
    await serve({}, { incidents: [], told: [], pending: [], dead });
    const { deadLetters } = (await ask('GET', 'dead-letters')).body as {
      deadLetters: { id: string }[];
    };
    expect(deadLetters.map(({ id }) => id)).to.deep.equal(['key-2', 'key-1']);
    const again = await ask('POST', 'dead-letters/key-1/resend');
    expect([again.status, again.body['id']]).to.deep.equal([202, 'key-1']);
    expect(teller.outbox().dead.map(({ id }) => id)).to.deep.equal(['key-2']);
    expect((await ask('POST', 'dead-letters/key-1/resend')).status).to.equal(404);
    expect((await ask('POST', 'dead-letters/key-2/resend')).status, 'a lane that is gone').to.equal(
      409,
    );
  });
});
