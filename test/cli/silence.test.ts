import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDesk } from '../../src/notify/desk.ts';
import { createTeller, type Teller } from '../../src/notify/teller.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { startWeb, type Web } from '../../src/web/server.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { posted } from '../notify/drawn-channels.ts';
import { incident, notification, receiver, route } from '../notify/drawn.ts';
import { dashboardOf, silentLog } from '../web/values.ts';

const MAIN = join(import.meta.dirname, '../../src/main.js');

const TARGETS = [{ name: 'a', labels: { service: 'checkout' } }];

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const alertmanagers = [{ ...posted('http://127.0.0.1:9'), resendMs: 60_000 }];
const rules = { route: route(), receivers: [{ ...receiver('oncall', true), alertmanagers }] };

describe('the commands that speak to a running daemon', function () {
  this.timeout(60_000);
  let web: Web;
  let teller: Teller;

  beforeEach(async () => {
    const dead = [notification({ lastAnswer: 'refused: \u001b[31mHTTP 400' })];
    teller = createTeller({
      persistence: {
        load: () => Promise.resolve({ incidents: [incident()], told: [], pending: [], dead }),
        save: () => Promise.resolve(),
      },
      channels: new Map([
        [
          'oncall/webhook_configs[0]',
          {
            sendResolved: true,
            send: () => Promise.resolve({ kind: 'sent', detail: 'ok' } as const),
            close: () => Promise.resolve(),
          },
        ],
      ]),
      rules,
      clock: systemClock,
      log: silentLog,
      onOutcome: () => undefined,
    });
    await teller.start();
    const dashboard = dashboardOf({ desk: createDesk(teller, systemClock, () => TARGETS) });
    web = await startWeb({ host: '127.0.0.1', port: 0 }, dashboard, silentLog);
  });

  afterEach(async () => {
    await web.close();
    await teller.close(0);
  });

  function run(...args: string[]): Promise<Ran> {
    return runAs('ada', ...args);
  }

  function runAs(user: string, ...args: string[]): Promise<Ran> {
    const env = { ...process.env, HEAPWARDEN_URL: web.url, USER: user };
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  it('take a silence that holds for nothing yet, and say so', async () => {
    const { code, out } = await run('silence', 'add', '--for', '2h', 'servce = checkout');
    expect(code).to.equal(0);
    expect(out).to.contain(
      '; holds now for 0 of 1 open incident and 0 of 1 target; no target has a label servce; did you mean service?',
    );
  });

  it('add, list and expire a silence', async () => {
    const added = await run('silence', 'add', '--for', '2h', '--comment', 'x', 'target = a');
    expect([added.code, added.err]).to.deep.equal([0, '']);
    const [silence] = teller.book().silences ?? [];
    expect(added.out).to.contain(silence!.id).and.contain('silences until');
    const end = new Date(silence!.endsAt).toISOString().slice(0, 19);
    expect(added.out).to.contain(`until ${end}Z;`);
    expect(added.out).to.contain('; holds now for 1 of 1 open incident and 1 of 1 target\n');
    expect(silence).to.deep.include({ createdBy: 'ada', comment: 'x' });
    expect(silence!.endsAt - silence!.startsAt).to.equal(7_200_000);
    expect((await run('silence', 'list')).out)
      .to.contain('active')
      .and.contain('target="a"  holds now for 1 of 1 open incident and 1 of 1 target  x');
    expect((await run('silence', 'expire', silence!.id)).code).to.equal(0);
    expect((await run('silence', 'list')).out).to.equal('no silences\n');
    const all = JSON.parse((await run('silence', 'list', '--all', '--json')).out) as unknown[];
    expect(all).to.have.length(1);
  });

  it('say who asks where $USER is empty, and end on a day where one is given', async () => {
    const day = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    const added = await runAs('', 'silence', 'add', '--until', day, 'target = a');
    expect([added.code, added.err]).to.deep.equal([0, '']);
    expect(teller.book().silences?.[0]).to.deep.include({
      createdBy: userInfo().username,
      endsAt: Date.parse(`${day}T00:00:00Z`),
    });
    expect((await runAs('', 'acknowledge', 'one')).out).to.contain(`by ${userInfo().username}`);
    const unnamed = await run('silence', 'add', '--by', '', 'target = a');
    expect(unnamed.err).to.contain('createdBy: missing').and.contain('--by NAME');
  });

  it('acknowledge an incident and take that back', async () => {
    const done = await run('acknowledge', 'one', '--by', 'bob');
    expect(done.out).to.contain('one acknowledged by bob until');
    expect(teller.book().acknowledgements).to.have.length(1);
    expect((await run('acknowledge', 'one', '--withdraw')).code).to.equal(0);
    expect(teller.book().acknowledgements).to.have.length(0);
  });

  it('acknowledge an incident that stands at an Alertmanager, and say so', async () => {
    const channel = 'alertmanager_configs[0]';
    const record = planNotifications(teller.book(), rules, Date.now()).book.told.find(
      (each) => each.channel === channel,
    );
    const alerts = [{ target: 'a', severity: 'warning' as const }];
    const told = [{ ...record!, alerts }];
    await teller.amend((book) => ({ ...book, told, pending: [] }));
    const [, ...further] = (await run('acknowledge', 'one')).out.trimEnd().split('\n');
    expect(further).to.deep.equal([
      `oncall/${channel} keeps what it took until that is over; to have it quiet there, silence it there`,
    ]);
  });

  it('list dead letters, without what would steer a terminal, and send them again', async () => {
    const listed = await run('dead-letters', 'list');
    expect(listed.out).to.contain('key-1').and.contain('refused').and.not.contain('\u001b');
    expect((await run('dead-letters', 'resend', '--all')).out).to.contain('key-1 will be sent');
    expect(teller.outbox().dead).to.deep.equal([]);
  });

  it('end with what the daemon said where it refuses, and with 2 for wrong usage', async () => {
    const wrong = await run('silence', 'add', 'nonsense');
    expect([wrong.code, wrong.out]).to.deep.equal([1, '']);
    expect(wrong.err).to.contain('not a matcher');
    expect((await run('silence', 'expire', 'none')).err).to.contain('none has the id');
    expect((await run('silence', 'add')).code).to.equal(2);
    expect((await run('dead-letters', 'resend')).code).to.equal(2);
    expect((await run('silence', 'add', '--for', 'ever', 'a = b')).code).to.equal(2);
    const never = await run('acknowledge', 'one', '--until', 'tomorrow');
    expect(never.code).to.equal(2);
    expect(never.err).to.contain('Write a time as 2026-03-01T14:00:00Z, or a day as 2026-03-01');
  });
});
