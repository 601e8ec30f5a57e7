import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startDaemon } from '../support/daemon.ts';
import { serveLeaking, type LeakingTarget } from '../support/leaking-target.ts';
import { incidentsOf } from '../support/e2e.ts';
import { until } from '../support/until.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

describe('a silence', () => {
  let folder: string;
  let target: LeakingTarget;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-silence-'));
    target = await serveLeaking('cart');
    receiver = await openWebhookReceiver();
  });

  afterEach(async () => {
    await target.close();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const config = () => `
web: { listen_address: 127.0.0.1:0 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: 1MiB }
  capture: { interval: 100ms, baseline_interval: 100ms, timeout: 5s }
  detection: { min_profiles: 6, confirm_profiles: 14, min_growth: 4MiB }
targets: [{ name: cart, url: '${target.url}', labels: { service: cart } }]
route: { receiver: oncall, group_wait: 0s }
receivers: [{ name: oncall, webhook_configs: [{ url: '${receiver.url}' }] }]
`;

  it('outlives a kill of the daemon, holds back what it covers, and tells it when it is expired', async function () {
    this.timeout(120_000);
    const order = { matchers: ['service = cart'], duration: '2h', createdBy: 'ada' };
    const first = await startDaemon(config(), folder);
    const made = await fetch(`${first.url}/api/v1/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    expect(made.status).to.equal(201);
    const { id } = (await made.json()) as { id: string };
    await first.stop('SIGKILL');

    const second = await startDaemon(config(), folder);
    try {
      const [incident] = await until('an incident', 60_000, async () => {
        const incidents = await incidentsOf(second);
        const isHeld = incidents[0]?.events.some(({ kind }) => kind === 'not_told');
        return isHeld === true ? incidents : undefined;
      });
      const story = incident!.events.map(({ reason }) => reason).join('\n');
      expect(story).to.contain(`silenced by ${id} of ada`);
      expect(receiver.requests).to.deep.equal([]);
      await fetch(`${second.url}/api/v1/silences/${id}`, { method: 'DELETE' });
      await until('the message', 30_000, () => (receiver.taken.size > 0 ? true : undefined));
    } finally {
      await second.stop('SIGKILL');
    }
  });
});
