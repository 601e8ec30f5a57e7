import { expect } from 'chai';
import { parseDuration } from '../../../src/config/units.ts';
import { EMPTY_BOOK } from '../../../src/notify/book.ts';
import { createDesk } from '../../../src/notify/desk.ts';
import { createTeller, type Teller } from '../../../src/notify/teller.ts';
import { incidentPage } from '../../../src/web/incident-page.ts';
import { startWeb, type Web } from '../../../src/web/server.ts';
import { incident, NOW, receiver, route } from '../../notify/drawn.ts';
import { HeldClock } from '../../notify/held-clock.ts';
import { dashboardOf, silentLog } from '../values.ts';

const HOSTILE = 'shop/"><script>alert(1)</script>.Put';

describe('the forms of the pages', () => {
  let web: Web;
  let teller: Teller;
  const clock = new HeldClock(NOW);
  const told = { ...incident({ id: 'i1' }), function: HOSTILE };

  before(async () => {
    teller = createTeller({
      persistence: {
        load: () => Promise.resolve({ ...EMPTY_BOOK, incidents: [told] }),
        save: () => Promise.resolve(),
      },
      channels: new Map(),
      rules: { route: route(), receivers: [receiver('oncall', true)] },
      clock,
      log: silentLog,
      onOutcome: () => undefined,
    });
    await teller.start();
    const dashboard = dashboardOf({
      incidents: () => [told],
      desk: createDesk(teller, clock),
    });
    web = await startWeb({ host: '127.0.0.1', port: 0, clock }, dashboard, silentLog);
  });

  after(async () => {
    await web.close();
    await teller.close(0);
  });

  function send(path: string, fields: Record<string, string>, headers = {}): Promise<Response> {
    const body = new URLSearchParams(fields);
    return fetch(`${web.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
  }

  async function page(path: string): Promise<string> {
    return (await fetch(`${web.url}${path}`)).text();
  }

  it('take an acknowledgement, lead back to the incident, show who it is, and take it back', async () => {
    const answer = await send('/incidents/i1/acknowledge', {
      by: 'ada',
      duration: '2h',
      comment: 'on it',
    });
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([303, '../i1']);
    expect(await page('/incidents/i1')).to.match(/Acknowledged by ada until[^]*on it/);
    expect((await send('/incidents/i1/withdraw', {})).status).to.equal(303);
    expect(await page('/incidents/i1')).to.not.include('Acknowledged by');
  });

  it('silence the function of an incident, whatever its name is, and end that on the status page', async () => {
    expect((await send('/incidents/i1/silence', { by: 'ada', duration: '8h' })).status).to.equal(
      303,
    );
    const status = await page('/status');
    expect(status).to.include(`service = ${told.scope}, `);
    expect(status).to.include('function = shop/&quot;&gt;&lt;script&gt;');
    expect(status).to.include('<td>1 of 1 open incident and 0 of 0 targets</td>');
    const [, id] = /action="[^"]*silences\/([^"/]+)\/expire"/.exec(status) ?? [];
    expect((await send(`/silences/${id}/expire`, {})).status).to.equal(303);
    expect(await page('/status')).to.match(/<td>\s*expired\s*<\/td>/);
  });

  it('say what is wrong with what was filled in, and of what does not exist', async () => {
    const wrong = await send('/incidents/i1/acknowledge', { by: 'ada', duration: 'long' });
    expect(wrong.status).to.equal(400);
    expect(await wrong.text()).to.include('not a duration');
    expect((await send('/incidents/i1/silence', { duration: '1h' })).status).to.equal(400);
    expect((await send('/incidents/none/silence', { by: 'a', duration: '1h' })).status).to.equal(
      404,
    );
    expect((await send('/dead-letters/none/resend', {})).status).to.equal(404);
    expect((await send('/silences/none/expire', {})).status).to.equal(404);
  });

  it('ask for a name where nobody is logged in, as the answer to one without would', async () => {
    const anyone = await page('/incidents/i1');
    expect(anyone.match(/<input[^>]*name="by"[^>]*required/g)).to.have.length(2);
    const refused = await send('/incidents/i1/acknowledge', { by: '', duration: '8h' });
    expect(await refused.text()).to.contain('<h1>Not understood</h1>');
    const Authorization = `Basic ${Buffer.from('ada:x').toString('base64')}`;
    const response = await fetch(`${web.url}/incidents/i1`, { headers: { Authorization } });
    const adas = await response.text();
    expect(adas).to.contain('as ada').and.not.contain('name="by"');
  });

  it('let a browser refuse what is no duration before anything that was typed is lost', async () => {
    const patterns = [...(await page('/incidents/i1')).matchAll(/pattern="([^"]*)"/g)];
    expect(patterns).to.have.length(2);
    const isTaken = new RegExp(`^(?:${patterns[0]?.[1]})$`, 'v');
    for (const text of ['30m', '8h', '1d12h', '1.5h', '500ms', '8 h', '', 'long', '8'])
      expect(isTaken.test(text), text).to.equal(parseDuration(text) !== undefined);
  });

  it('have a heading above each column of the silences', async () => {
    await send('/incidents/i1/silence', { by: 'ada', duration: '8h' });
    expect(await page('/status'))
      .to.match(/>End it</)
      .and.not.match(/<th scope="col">\s*<\/th>/);
  });

  it('stand below who is told, where what is owed has a next attempt and no end', async () => {
    const owed = {
      receiver: 'oncall',
      channel: 'email_configs[0]',
      standing: 'owed',
      reason: 'opened: 3 tries, 451 not now',
      until: NOW + 60_000,
      said: 1,
      lastSaidAt: NOW,
      sent: 0,
      lastSentAt: undefined,
      owed: 1,
      givenUp: 0,
      dead: [],
      letters: [],
    } as const;
    const desk = { ...createDesk(teller, clock), tellings: () => [owed] };
    const view = { now: NOW, root: '../', baseUrl: web.url };
    expect(String(await incidentPage(told, view, { desk }))).to.match(
      /451 not now\s*<small\s*>next attempt <time/,
    );
  });

  it('are not sent by other sites, and bounded', async () => {
    const fields = { by: 'ada', duration: '2h' };
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await send('/incidents/i1/acknowledge', fields, foreign)).status).to.equal(403);
    const long = { ...fields, comment: 'x'.repeat(20_000) };
    expect((await send('/incidents/i1/acknowledge', long)).status).to.equal(413);
    expect(await page('/incidents/i1')).to.not.include('Acknowledged by');
  });

  it('never let a name become markup', async () => {
    for (const path of ['/incidents/i1', '/status'])
      expect(await page(path)).to.not.include('<script>alert');
  });
});
