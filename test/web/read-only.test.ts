import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { EMPTY_BOOK } from '../../src/notify/book.ts';
import { createDesk } from '../../src/notify/desk.ts';
import { createTeller } from '../../src/notify/teller.ts';
import { createPictures } from '../../src/picture/pictures.ts';
import { createApp } from '../../src/web/app.ts';
import type { BasicAuthUsers } from '../../src/web/auth.ts';
import type { Address } from '../../src/web/guard.ts';
import { notification, receiver, route } from '../notify/drawn.ts';
import { HeldClock } from '../notify/held-clock.ts';
import { words } from './served.ts';
import { NOW, dashboardOf, incident, silentLog, target } from './values.ts';

const ACKNOWLEDGED = {
  incident: 'c0ffee',
  state: 'leak',
  at: NOW,
  endsAt: NOW + 1,
  by: 'ada',
  comment: '',
} as const;
const SILENCED = {
  id: 's1',
  matchers: [{ label: 'a', operator: '=', value: 'b' }],
  startsAt: NOW,
  endsAt: NOW + 1,
  createdAt: NOW,
  createdBy: 'ada',
  comment: '',
} as const;
const PAGES = ['/targets/checkout-1', '/incidents/c0ffee', '/status'];

interface Looked {
  readonly text: string;
  /** What a press of each of its buttons is answered with; nothing for those that cannot be pressed. */
  readonly answers: readonly number[];
  readonly disabled: number;
}

const ADDRESS: Address = { host: '127.0.0.1', externalUrl: undefined };

interface Where {
  readonly address?: Address;
  readonly users?: BasicAuthUsers;
  /** By which name it is asked. */
  readonly host?: string;
}

type Ask = (method: string, path: string) => Promise<Response>;

/** What answers there, without a socket: none has to listen beyond loopback. */
async function asked<T>(
  { address = ADDRESS, users = {}, host = address.host }: Where,
  use: (ask: Ask) => Promise<T>,
): Promise<T> {
  const clock = new HeldClock(NOW);
  const teller = createTeller({
    persistence: {
      load: () =>
        Promise.resolve({
          ...EMPTY_BOOK,
          incidents: [incident()],
          dead: [notification({ incident: incident() })],
          acknowledgements: [ACKNOWLEDGED],
          silences: [SILENCED],
        }),
      save: () => Promise.resolve(),
    },
    channels: new Map(),
    rules: { route: route(), receivers: [receiver('oncall', true)] },
    clock,
    log: silentLog,
    onOutcome: () => undefined,
  });
  await teller.start();
  const pictures = createPictures();
  const dashboard = dashboardOf({
    targets: () => [target()],
    incidents: () => teller.incidents(),
    outbox: () => teller.outbox(),
    desk: createDesk(teller, clock),
    act: () => Promise.resolve({ ok: true, message: 'read' }),
  });
  const app = createApp({ dashboard, address, clock, log: silentLog, pictures, users });
  const headers = { host, authorization: `Basic ${btoa('ada:secret')}` };
  try {
    return await use(async (method, path) =>
      app.request(`http://${host}${path}`, { method, headers }),
    );
  } finally {
    await pictures.close();
    await teller.close(0);
  }
}

/** Looks at each page that has something to press, and presses all that can be. */
function look(where: Where): Promise<readonly Looked[]> {
  return asked(where, async (ask) => {
    const all: Looked[] = [];
    for (const page of PAGES) all.push(await pressed(page, ask));
    return all;
  });
}

async function pressed(page: string, ask: Ask): Promise<Looked> {
  const body = await (await ask('GET', page)).text();
  const answers: number[] = [];
  let disabled = 0;
  for (const [form, action = ''] of body.matchAll(
    /<form method="post" action="([^"]*)"[^]*?<\/form>/g,
  )) {
    if (/<button[^>]*disabled/.test(form)) disabled += 1;
    else answers.push((await ask('POST', new URL(action, `http://h${page}`).pathname)).status);
  }
  return { text: words(body), answers, disabled };
}

describe('a page that can change nothing', () => {
  const sumOf = (all: readonly Looked[]) => all.reduce((sum, { disabled }) => sum + disabled, 0);

  const BEYOND: Where = { address: { ...ADDRESS, host: '10.0.0.7' } };

  it('offers nothing to press, and says why and what to do: it listens beyond loopback', async () => {
    const all = await look(BEYOND);
    expect(all.flatMap(({ answers }) => answers)).to.deep.equal([]);
    expect(sumOf(all)).to.equal(5);
    for (const { text } of all)
      expect(text).to.contain(
        'Nothing can be changed here: the page listens beyond loopback and has no users: set web.basic_auth_users and restart, or listen on 127.0.0.1.',
      );
  });

  it('does so where it is reached by another name, as through a proxy', async () => {
    const address = { ...ADDRESS, externalUrl: 'https://leaks.example.com' };
    const all = await look({ address, host: 'leaks.example.com' });
    expect(all.flatMap(({ answers }) => answers)).to.deep.equal([]);
    for (const { text } of all)
      expect(text).to.contain('the page is reached as leaks.example.com and has no users');
  });

  it('refuses with the same words', async () => {
    const [status, body] = await asked(BEYOND, async (ask) => {
      const answer = await ask('POST', '/-/reload');
      return [answer.status, await answer.text()];
    });
    expect(status).to.equal(403);
    expect(body).to.equal(
      'request: it changes something, and the page listens beyond loopback and has no users: set web.basic_auth_users and restart, or listen on 127.0.0.1\n',
    );
  });

  it('is no page of loopback, nor one with users: what can be pressed there is not refused', async () => {
    for (const where of [{}, { ...BEYOND, users: { ada: hashSync('secret', 4) } }]) {
      const all = await look(where);
      expect(sumOf(all)).to.equal(0);
      for (const { text, answers } of all) {
        expect(text).to.not.contain('Nothing can be changed');
        expect(answers).to.not.be.empty.and.not.include(403);
      }
    }
  });
});
