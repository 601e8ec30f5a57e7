import { expect } from 'chai';
import { runTestAlert } from '../../src/cli/test-alert.ts';
import type { Config } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { openMailbox, MAIL_CERTIFICATE, type Mailbox } from '../support/mailbox.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { httpConfig } from '../support/http-config.ts';
import { openService } from '../support/service.ts';
import { route, webhook } from '../notify/drawn.ts';
import { createHttpClient } from '../../src/target/http-client.ts';

interface AlertSent {
  readonly labels: Readonly<Record<string, string>>;
  readonly endsAt: string;
}

describe('test-alert', () => {
  let box: Mailbox;
  let hook: WebhookReceiver;

  beforeEach(async () => {
    box = await openMailbox();
    hook = await openWebhookReceiver('key');
  });

  afterEach(async () => {
    await Promise.all([box.close(), hook.close()]);
  });

  function config(): Config {
    const smtp = {
      host: '127.0.0.1',
      port: box.port,
      from: 'hw@example.com',
      username: undefined,
      password: undefined,
      requireTls: true,
      tls: { ...webhook().http.tls, caFile: MAIL_CERTIFICATE },
    };
    return {
      externalUrl: undefined,
      smtp,
      web: { host: '127.0.0.1', port: 9899, basicAuthUsers: {}, tls: undefined },
      storage: { path: './data', profilesPerTarget: 64, maxBytes: 4 * 2 ** 30 },
      targets: [],
      route: route(),
      receivers: [
        {
          name: 'oncall',
          emails: [{ to: 'sre@example.com', smtp, sendResolved: false }],
          webhooks: [],
        },
        {
          name: 'payments',
          emails: [],
          webhooks: [webhook({ address: hook.url, secret: Secret.of('key') })],
        },
        { name: 'nobody', emails: [], webhooks: [] },
      ],
    };
  }

  const options = { createHttpClient };

  it('sends every message of every channel, and says what the other side answered', async () => {
    const { exitCode, output } = await runTestAlert(config(), options);
    const lines = output.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/sent: .*/, 'sent'))).to.deep.equal([
      'oncall/email_configs[0]  suspect  sent',
      'oncall/email_configs[0]  leak  sent',
      'oncall/email_configs[0]  update  sent',
      'oncall/email_configs[0]  resolved  skipped: send_resolved is false',
      'payments/webhook_configs[0]  suspect  sent',
      'payments/webhook_configs[0]  leak  sent',
      'payments/webhook_configs[0]  update  sent',
      'payments/webhook_configs[0]  resolved  sent',
    ]);
    expect(lines[0]).to.contain('sent: 250');
    expect(lines[4]).to.contain('sent: HTTP 200');
    expect(exitCode).to.equal(0);
    expect(box.mails.map(({ mail }) => mail.subject!.slice(0, 17))).to.deep.equal([
      '[test] [suspect] ',
      '[test] [leak] che',
      '[test] [leak] che',
    ]);
    for (const { mail } of box.mails) {
      expect(mail.attachments.map(({ filename }) => filename)).to.deep.equal([
        'memory.png',
        'growth-1.png',
        'flames.png',
        'heapwarden-test-before.pb.gz',
        'heapwarden-test-after.pb.gz',
      ]);
    }
    expect(box.mails[2]!.mail.text).to.contain('It goes on in 2 of 3 targets of checkout');
    expect(box.mails[1]!.mail.inReplyTo).to.equal(box.mails[0]!.mail.messageId);
    expect(hook.requests.map(({ signature }) => signature)).to.deep.equal(Array(4).fill('right'));
    expect(hook.taken.size).to.equal(4);
  });

  it('leaves nothing that fires in an Alertmanager', async () => {
    const held = new Map<string, string>();
    const service = await openService(({ body }) => {
      for (const { labels, endsAt } of body as unknown as readonly AlertSent[])
        held.set(JSON.stringify(labels), endsAt);
      return { body: '' };
    });
    const alertmanagers = [
      { url: Secret.of(service.url), http: httpConfig(), timeoutMs: 5_000, sendResolved: true },
    ].map((each) => ({ ...each, resendMs: 60_000 }));
    const receivers = [{ name: 'am', emails: [], webhooks: [], alertmanagers }];
    try {
      const { output } = await runTestAlert({ ...config(), receivers }, options);
      expect(output).to.match(/^am\/alertmanager_configs\[0\]  resolved  sent/m);
    } finally {
      await service.close();
    }
    const targets = [...held.keys()].map((labels) => JSON.parse(labels).target as string);
    expect(new Set(targets)).to.deep.equal(new Set(['heapwarden-test', 'heapwarden-test-2']));
    const firing = [...held.values()].filter((endsAt) => Date.parse(endsAt) > Date.now());
    expect(firing).to.deep.equal([]);
  });

  it('tries one receiver alone where it is named', async () => {
    await runTestAlert(config(), { ...options, receiver: 'payments' });
    expect([box.mails.length, hook.requests.length]).to.deep.equal([0, 4]);
  });

  it('fails where a message was not taken, and goes on with the others', async () => {
    hook.behaviours.push({ status: 200 }, { status: 404, body: 'no such hook' });
    const { exitCode, output } = await runTestAlert(config(), options);
    expect(exitCode).to.equal(1);
    expect(output).to.contain(
      'payments/webhook_configs[0]  leak  not sent: HTTP 404: no such hook',
    );
    expect(hook.taken.size).to.equal(3);
  });

  it('says once why nobody could be reached', async () => {
    await hook.close();
    const { exitCode, output } = await runTestAlert(config(), { ...options, receiver: 'payments' });
    expect(exitCode).to.equal(1);
    const { host, origin } = new URL(hook.url);
    expect(output.split('\n')[0]).to.equal(
      `payments/webhook_configs[0]  suspect  not sent: ${origin}: connect ECONNREFUSED ${host}; nobody listens there; is the service running, and the port right?`,
    );
    hook = await openWebhookReceiver('key');
  });

  it('fails where the receiver has no channel, and names the others where there is no such receiver', async () => {
    const empty = await runTestAlert(config(), { ...options, receiver: 'nobody' });
    expect(empty.exitCode).to.equal(1);
    const unknown = await runTestAlert(config(), { ...options, receiver: 'oncal' });
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.output).to.equal(
      'test-alert: no receiver "oncal"; write one of: oncall, payments, nobody\n',
    );
  });
});
