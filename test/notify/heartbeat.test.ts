import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';
import { Heartbeat } from '../../src/notify/heartbeat.ts';
import type { Log } from '../../src/runtime/log.ts';
import { createHttpClient } from '../../src/target/http-client.ts';
import { httpConfig } from '../support/http-config.ts';
import { until } from '../support/until.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { NOW } from './drawn.ts';
import { HeldClock } from './held-clock.ts';

describe('a heartbeat', () => {
  let receiver: WebhookReceiver;
  let heartbeat: Heartbeat;
  let lines: string[];
  let pulse: unknown;
  const clock = new HeldClock(NOW);

  beforeEach(async () => {
    receiver = await openWebhookReceiver();
    lines = [];
    pulse = { status: 'alive' };
    const line = (message: string, fields: unknown) =>
      void lines.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { debug: line, info: line, warn: line, error: line, with: () => log };
    heartbeat = new Heartbeat({ createHttpClient, pulse: () => pulse, clock, log });
    await heartbeat.configure({
      url: Secret.of(`${receiver.url}/a-key-that-is-secret`),
      http: httpConfig({ headers: { 'X-Key': Secret.of('a-header-that-is-secret') } }),
      timeoutMs: 5_000,
      intervalMs: 60_000,
    });
  });

  afterEach(async () => {
    await heartbeat.stop();
    expect(clock.sleepers(), 'waits that outlive stop()').to.equal(0);
    await receiver.close();
  });

  const came = (count: number) =>
    until(`${count} beats`, 5_000, () =>
      receiver.requests.length >= count && clock.sleepers() === 1 ? true : undefined,
    );

  it('comes at once and every interval, with how things stand', async () => {
    await came(1);
    expect(JSON.parse(receiver.requests[0]!.raw)).to.deep.equal({ status: 'alive' });
    await clock.advance(59_999);
    expect(receiver.requests).to.have.length(1);
    await clock.advance(1);
    await came(2);
  });

  it('stays away while there is no pulse', async () => {
    await came(1);
    pulse = undefined;
    await clock.advance(60_000);
    pulse = { status: 'alive' };
    await clock.advance(60_000);
    await came(2);
    expect(receiver.requests).to.have.length(2);
  });

  it('says nothing of the one that its end cuts off', async () => {
    await came(1);
    receiver.behaviours.push('hang');
    await clock.advance(60_000);
    await until('a beat', 5_000, () => (receiver.requests.length > 1 ? true : undefined));
    await heartbeat.stop();
    expect(lines).to.deep.equal([]);
  });

  it('says once why nobody could be reached', async () => {
    await came(1);
    const { origin, host } = new URL(receiver.url);
    await receiver.close();
    await clock.advance(60_000);
    const [line = ''] = await until('a line', 5_000, () => (lines.length > 0 ? lines : undefined));
    expect(line).to.equal(
      `heartbeat not taken ${JSON.stringify({ reason: `${origin}: connect ECONNREFUSED ${host}; nobody listens there; is the service running, and the port right?` })}`,
    );
    receiver = await openWebhookReceiver();
  });

  it('says once that it is not taken and once that it is again, without the key', async () => {
    await came(1);
    const body = 'no a-key-that-is-secret, no a-header-that-is-secret';
    receiver.behaviours.push({ status: 500, body }, { status: 404 });
    for (let beat = 2; beat <= 4; beat += 1) {
      await clock.advance(60_000);
      await came(beat);
    }
    expect(lines.map((line) => line.replace(/ \{.*| undefined/, ''))).to.deep.equal([
      'heartbeat not taken',
      'heartbeat taken again',
    ]);
    expect(lines.join()).to.not.contain('-that-is-secret');
  });
});
