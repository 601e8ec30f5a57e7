import { expect } from 'chai';
import type { Config } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import type { Notification } from '../../src/notify/notification.ts';
import { ReceiverLedger } from '../../src/web/receiver-ledger.ts';
import { startWeb } from '../../src/web/server.ts';
import type { Web } from '../../src/web/server.ts';
import type { Dashboard, DaemonStatus, Deed } from '../../src/web/status.ts';
import { NOW, dashboardOf, incident, silentLog, target } from './values.ts';

const HOUR = 3_600_000;
const clock = { now: () => NOW, sleep: () => Promise.resolve() };
const config: Config = {
  externalUrl: undefined,
  smtp: undefined,
  web: { host: '127.0.0.1', port: 9_899, basicAuthUsers: {}, tls: undefined },
  storage: { path: '/data', profilesPerTarget: 64, maxBytes: 4 * 2 ** 30 },
  targets: [],
  route: {
    receiver: 'oncall',
    matchers: [],
    continue: false,
    groupWaitMs: 1,
    groupIntervalMs: 1,
    repeatIntervalMs: 1,
    routes: [],
  },
  receivers: [
    {
      name: 'oncall',
      emails: [],
      webhooks: [
        {
          url: Secret.of('https://hooks.example.com/T0P'),
          secret: Secret.of('T0P-SECRET'),
          http: {
            headers: { 'X-Key': Secret.of('T0P') },
            basicAuth: undefined,
            authorization: undefined,
            tls: {
              caFile: undefined,
              certFile: undefined,
              keyFile: undefined,
              serverName: undefined,
              insecureSkipVerify: false,
            },
            proxyUrl: undefined,
            followRedirects: false,
          },
          timeoutMs: 5_000,
          sendResolved: true,
        },
      ],
    },
  ],
};

describe('how the daemon stands', () => {
  let web: Web | undefined;

  afterEach(() => web?.close());

  async function serve(parts: Partial<Dashboard>): Promise<string> {
    web = await startWeb({ host: '127.0.0.1', port: 0, clock }, dashboardOf(parts), silentLog);
    return web.url;
  }

  function status(): DaemonStatus {
    const ledger = new ReceiverLedger(clock);
    ledger.know('oncall', 'email_configs[0]');
    ledger.know('oncall', 'webhook_configs[0]');
    ledger.note('oncall', 'webhook_configs[0]', 'sent');
    ledger.note('oncall', 'webhook_configs[0]', 'retry');
    return {
      version: '1.2.3',
      startedAt: NOW - 5 * HOUR,
      config: {
        file: '/etc/h.yaml',
        loadedAt: NOW - HOUR,
        problem: 'h.yaml:3:1 bad',
        effective: config,
      },
      receivers: ledger.health(),
      storage: { path: '/data', bytes: 2 ** 30, maxBytes: 4 * 2 ** 30 },
    };
  }

  it('tells version, storage, receivers and the configuration in force', async () => {
    const url = await serve({ status: () => Promise.resolve(status()) });
    const page = (await (await fetch(`${url}/status`)).text())
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    for (const words of [
      'Version 1.2.3',
      'Started 5h ago',
      'Storage 1GiB of 4GiB (25%)',
      'oncall email_configs[0] not used yet 0 0',
      'oncall webhook_configs[0] well 1 1 now now to be tried again',
      'loaded 1h ago',
      'Refused since: h.yaml:3:1 bad',
      'profiles_per_target: 64',
    ]) {
      expect(page).to.contain(words);
    }
  });

  it('never tells a secret, on the page or in the API', async () => {
    const url = await serve({ status: () => Promise.resolve(status()) });
    for (const path of ['/status', '/api/v1/status']) {
      const text = await (await fetch(url + path)).text();
      expect(text, path).to.not.contain('T0P');
      expect(text, path).to.match(/(&lt;|<)secret(&gt;|>)/);
    }
  });

  it('tells how many targets are in which state, and which cannot be read or captured', async () => {
    const failed = { kind: 'failed', at: NOW - HOUR, message: 'answered 404' } as const;
    const url = await serve({
      targets: () => [
        target(),
        target({ name: 'b', readingError: { at: NOW, message: 'refused <b>' } }),
        target({ name: 'c', capture: failed }),
      ],
    });
    const page = await (await fetch(`${url}/status`)).text();
    expect(page).to.match(/href="\.\/\?state=quiet"><span class="badge quiet">quiet<\/span> 3</);
    expect(page).to.match(/targets\/b">b<[^]*refused &lt;b&gt;[^]*targets\/c">c<[^]*answered 404/);
    expect(page).to.not.contain('targets/checkout-1');
  });

  it('lists what is owed and what was given up, with the last answer', async () => {
    const dead: Notification = {
      id: 'n1',
      incident: incident(),
      cause: 'opened',
      receiver: 'oncall',
      channel: 'email_configs[0]',
      createdAt: NOW - HOUR,
      attempts: 9,
      nextAttemptAt: NOW,
      lastAnswer: '550 no such <user>',
    };
    const url = await serve({ outbox: () => ({ pending: [], dead: [dead] }) });
    const page = await (await fetch(`${url}/status`)).text();
    expect(page).to.contain('1 dead letter').and.contain('550 no such &lt;user&gt;');
    expect(page).to.contain('Nothing waits to be delivered');
  });

  describe('reading and capturing at once', () => {
    const asked: string[] = [];
    const act = (name: string, deed: Deed) => {
      asked.push(`${deed} ${name}`);
      if (name === 'gone') return Promise.resolve(undefined);
      return Promise.resolve(
        deed === 'read'
          ? ({ ok: true, message: 'read 1.1GiB' } as const)
          : ({ ok: false, problem: 'capture: answered 404' } as const),
      );
    };

    it('goes back to the page of the target, or says what went wrong', async () => {
      const url = await serve({ targets: () => [target()], act });
      expect(await (await fetch(`${url}/targets/checkout-1`)).text()).to.contain('Capture now');
      const read = await fetch(`${url}/targets/a%2Fb/read`, { method: 'POST', redirect: 'manual' });
      expect([read.status, read.headers.get('location')]).to.deep.equal([303, '../a%2Fb']);
      const capture = await fetch(`${url}/api/v1/targets/x/capture`, { method: 'POST' });
      expect([capture.status, await capture.json()]).to.deep.equal([
        502,
        { error: 'capture: answered 404' },
      ]);
      const gone = await fetch(`${url}/api/v1/targets/gone/read`, { method: 'POST' });
      expect(gone.status).to.equal(404);
      expect(asked).to.deep.equal(['read a/b', 'capture x', 'read gone']);
    });

    it('is asked by POST only, and never by a page of another site', async () => {
      const url = await serve({ act });
      asked.length = 0;
      expect((await fetch(`${url}/targets/x/capture`)).status).to.equal(405);
      const headers = { origin: 'https://evil.example' };
      const evil = await fetch(`${url}/targets/x/capture`, { method: 'POST', headers });
      expect(evil.status).to.equal(403);
      expect(asked).to.deep.equal([]);
    });
  });
});
