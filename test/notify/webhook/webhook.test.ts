import { expect } from 'chai';
import { Secret } from '../../../src/config/secret.ts';
import type { Answer } from '../../../src/notify/notification.ts';
import { createWebhook } from '../../../src/notify/webhook/webhook.ts';
import {
  openWebhookReceiver,
  type Behaviour,
  type WebhookReceiver,
} from '../../support/webhook-receiver.ts';
import { httpConfig } from '../../support/http-config.ts';
import { notification, webhook } from '../drawn.ts';
import { createHttpClient } from '../../../src/target/http-client.ts';

const KEY = 'a-key-to-sign-with';
const CONTEXT = { externalUrl: 'https://hw.example.com', readProfile: async () => undefined };

describe('a webhook', () => {
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await openWebhookReceiver(KEY);
  });

  afterEach(async () => {
    await receiver.close();
  });

  function send(
    parts: Parameters<typeof webhook>[0] = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Answer> {
    const config = webhook({ address: receiver.url, secret: Secret.of(KEY), ...parts });
    const channel = createWebhook({
      config,
      context: CONTEXT,
      client: createHttpClient(config.http),
    });
    return channel.send(notification(), signal);
  }

  async function answerTo(behaviour: Behaviour): Promise<Answer> {
    receiver.behaviours.push(behaviour);
    return send();
  }

  it('posts signed JSON with the key of the notification', async () => {
    expect(await send()).to.deep.equal({ kind: 'sent', detail: 'HTTP 200' });
    const [request] = receiver.requests;
    expect(request).to.deep.include({ signature: 'right', idempotencyKey: 'key-1' });
    expect(request!.headers['content-type']).to.equal('application/json');
    expect(Number(request!.headers['x-heapwarden-timestamp'])).to.be.closeTo(
      Date.now() / 1_000,
      60,
    );
    expect(JSON.parse(request!.raw).version).to.equal('4');
  });

  it('does not sign where no secret is configured', async () => {
    await send({ secret: undefined });
    expect(receiver.requests[0]!.signature).to.equal('none');
    expect(receiver.requests[0]!.headers).to.not.have.property('x-heapwarden-timestamp');
  });

  it('sends the same bytes under the same key when it is tried again', async () => {
    receiver.behaviours.push({ status: 503 }, 'lie');
    expect((await send()).kind).to.equal('retry');
    expect((await send()).kind).to.equal('retry');
    expect((await send()).kind).to.equal('sent');
    expect(new Set(receiver.requests.map(({ raw }) => raw)).size).to.equal(1);
    expect([...receiver.taken.keys()]).to.deep.equal(['key-1']);
  });

  for (const status of [200, 201, 202, 204]) {
    it(`takes ${status} for sent`, async () => {
      expect((await answerTo({ status })).kind).to.equal('sent');
    });
  }
  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`tries again after ${status}`, async () => {
      expect((await answerTo({ status })).kind).to.equal('retry');
    });
  }
  for (const status of [301, 400, 401, 403, 404, 410, 422]) {
    it(`takes ${status} for final`, async () => {
      expect((await answerTo({ status, headers: { location: '/' } })).kind).to.equal('refused');
    });
  }

  it('quotes what the receiver said, on one line and bounded', async () => {
    const answer = await answerTo({
      status: 400,
      body: `no\nsuch \u0007field ${'x'.repeat(5_000)}`,
    });
    expect(answer)
      .to.have.property('reason')
      .that.matches(/^HTTP 400: no such field x+…$/);
    expect(JSON.stringify(answer)).to.have.length.below(400);
  });

  it('keeps to Retry-After in seconds and as a date', async () => {
    const wait = async (value: string) =>
      answerTo({ status: 429, headers: { 'retry-after': value } });
    expect(await wait('120')).to.deep.include({ kind: 'retry', afterMs: 120_000 });
    const date = new Date(Date.now() + 90_000).toUTCString();
    expect((await wait(date)) as object)
      .to.have.property('afterMs')
      .that.is.within(60_000, 90_000);
    expect(await wait('soon')).to.not.have.property('afterMs');
  });

  it('tries again where the receiver hangs past the timeout, breaks off or is not there', async () => {
    receiver.behaviours.push('hang');
    const late = await send({ timeoutMs: 50 });
    expect(late.kind).to.equal('retry');
    expect(JSON.stringify(late)).to.contain('raise timeout of the receiver, or look');
    expect((await answerTo('break_off')).kind).to.equal('retry');
    expect((await send({ address: 'http://127.0.0.1:1/' })).kind).to.equal('retry');
  });

  it('ends at once when it is stopped', async () => {
    receiver.behaviours.push('hang');
    const stopping = new AbortController();
    const answer = send({}, stopping.signal);
    stopping.abort();
    expect((await answer).kind).to.equal('retry');
  });

  it('never quotes the path, the key or a password, though the receiver sends them back', async () => {
    const address = `${receiver.url}/T0001/s3cr3t-token`;
    const body = `Cannot POST /leaks/T0001/s3cr3t-token with ${KEY}`;
    receiver.behaviours.push({ status: 404, body });
    const answers = [
      await send({ address }),
      await send({ address: 'http://127.0.0.1:1/s3cr3t-token' }),
    ];
    expect(answers.map(({ kind }) => kind)).to.deep.equal(['refused', 'retry']);
    expect(JSON.stringify(answers)).to.not.contain('s3cr3t').and.not.contain(KEY);
  });

  it('tries again where a file cannot be read, and says which key names it and what to write', async () => {
    const file = '/nonexistent/hook';
    const nowhere = Secret.inFile(file);
    const template = { kind: 'file', path: file } as const;
    for (const [key, parts] of [
      ['secret_file', { secret: nowhere }],
      ['url_file', { url: nowhere }],
      ['http.proxy_url_file', { http: httpConfig({ proxyUrl: nowhere }) }],
      ['http.headers.X-Key', { http: httpConfig({ headers: { 'X-Key': nowhere } }) }],
      ['template_file', { template }],
    ] as const) {
      expect(await send(parts)).to.deep.equal({
        kind: 'retry',
        reason: `message not made: ${key}: cannot be read, ENOENT: no such file or directory, open '${file}'; write the path of a file that heapwarden may read`,
      });
    }
  });

  for (const [status, advice] of [
    [401, 'check the key in its URL, and authorization, basic_auth and headers of its http block'],
    [403, 'check the key in its URL, and authorization, basic_auth and headers of its http block'],
    [404, 'check its URL: nothing takes messages there'],
    [405, 'check its URL: what is there takes no POST'],
  ] as const) {
    it(`says what to do after ${status}`, async () => {
      const answer = await answerTo({ status, body: 'no' });
      expect(answer).to.have.property('reason', `HTTP ${status}: no; ${advice}`);
    });
  }
});
