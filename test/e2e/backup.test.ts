import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { serveLeaking, type LeakingTarget } from '../support/leaking-target.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

describe('a copy of the state of a daemon that runs', function () {
  this.timeout(120_000);
  const folder = tempFolder('backup');
  const archive = join(folder, 'state.tgz');
  const [here, there] = [join(folder, 'here'), join(folder, 'there')];
  const daemons: RunningDaemon[] = [];
  let target: LeakingTarget;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    target = await serveLeaking('cart');
    receiver = await openWebhookReceiver();
    await mkdir(join(there, 'data'), { recursive: true });
    await mkdir(here);
  });

  afterEach(async () => {
    for (const daemon of daemons) await daemon.stop('SIGKILL');
    await target.close();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (home: string) => {
    const daemon = await startDaemon(
      `
web: { listen_address: 127.0.0.1:0 }
storage: { path: ${join(home, 'data')}, profiles_per_target: 20 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: 1MiB }
  capture: { interval: 100ms, baseline_interval: 100ms, timeout: 5s }
  detection: { min_profiles: 6, confirm_profiles: 200, min_growth: 4MiB }
targets: [{ name: cart, url: '${target.url}', labels: { service: cart } }]
route: { receiver: oncall, group_wait: 0s, group_interval: 1h, repeat_interval: 7d }
receivers: [{ name: oncall, webhook_configs: [{ url: '${receiver.url}' }] }]
`,
      home,
    );
    daemons.push(daemon);
    return daemon;
  };

  it('has its incidents, its profiles and its history, and tells nothing again', async () => {
    const first = await start(here);
    await untilMetric(first, /^heapwarden_notifications_total\{.*outcome="sent"\} [1-9]/m);
    await untilMetric(first, /^heapwarden_outbox_pending 0$/m);
    target.freeze();
    await untilJudged(first, 3);
    const incidents = await incidentsOf(first);
    const { fresh } = await verdictOf(first);
    // While it is written to: a profile may be pruned under way, of which tar warns by a 1.
    expect(await tar('-C', join(here, 'data'), '-czf', archive, '.')).to.be.below(2);
    expect(await tar('-C', join(there, 'data'), '-xzf', archive)).to.equal(0);
    const told = receiver.requests.length;

    const second = await start(there);
    await until('the history is there', 30_000, async () =>
      (await verdictOf(second)).fresh >= fresh ? true : undefined,
    );
    await untilJudged(second, 3);
    expect(await incidentsOf(second)).to.deep.equal(incidents);
    expect(receiver.requests.length).to.equal(told);
    expect(second.lines().filter(({ msg }) => /left aside|corrupt/.test(msg ?? ''))).to.deep.equal(
      [],
    );
    expect((await fetch(`${first.url}/-/ready`)).status, 'the one that was copied').to.equal(200);
  });
});

async function verdictOf(daemon: RunningDaemon) {
  const { verdict } = await daemon.api<{ verdict?: { fresh: number; profiles: number } }>(
    '/api/v1/targets/cart',
  );
  return verdict ?? { fresh: 0, profiles: 0 };
}

async function incidentsOf(daemon: RunningDaemon) {
  const { incidents } = await daemon.api<{
    incidents: readonly { id: string; openedAt: number }[];
  }>('/api/v1/incidents');
  return incidents.map(({ id, openedAt }) => ({ id, openedAt }));
}

async function untilJudged(daemon: RunningDaemon, more: number): Promise<void> {
  const before = await verdictOf(daemon);
  await until(`${more} more verdicts`, 30_000, async () =>
    (await verdictOf(daemon)).profiles >= before.profiles + more ? true : undefined,
  );
}

function untilMetric(daemon: RunningDaemon, says: RegExp) {
  return until(String(says), 60_000, async () => {
    const page = await (await fetch(`${daemon.url}/metrics`)).text();
    return says.test(page) ? true : undefined;
  });
}

/** Its exit code. */
function tar(...args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile('tar', args, (error) => resolve(error === null ? 0 : Number(error.code)));
  });
}
