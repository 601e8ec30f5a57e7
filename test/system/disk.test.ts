import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { serveLeaking, type LeakingTarget } from '../support/leaking-target.ts';
import { until } from '../support/until.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const run = promisify(execFile);

/** How a disk fails, and how it is mended. */
interface Failure {
  readonly name: string;
  readonly begin: (disk: string) => Promise<unknown>;
  readonly end: (disk: string) => Promise<unknown>;
  readonly says: string;
}

const FAILURES: readonly Failure[] = [
  {
    name: 'full',
    begin: fill,
    end: (disk) => rm(join(disk, 'ballast')),
    says: 'ENOSPC',
  },
  {
    name: 'read-only',
    begin: (disk) => run('mount', ['-o', 'remount,ro', disk]),
    end: (disk) => run('mount', ['-o', 'remount,rw', disk]),
    says: 'EROFS',
  },
];

async function fill(disk: string): Promise<void> {
  const ballast = await open(join(disk, 'ballast'), 'w');
  try {
    for (;;) await ballast.write(Buffer.alloc(4_096, 1));
  } catch {
    // No byte more fits.
  } finally {
    await ballast.close();
  }
}

describe('a disk that fails', () => {
  let folder: string;
  let disk: string;
  let target: LeakingTarget;
  let receiver: WebhookReceiver;
  let daemon: RunningDaemon | undefined;

  beforeEach(async function () {
    this.timeout(30_000);
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-disk-'));
    disk = join(folder, 'disk');
    await mkdir(disk);
    const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', disk]).then(
      () => true,
      () => false,
    );
    target = await serveLeaking('cart');
    receiver = await openWebhookReceiver();
    if (isMounted) return;
    console.log('      skipped: a disk of a few MiB takes a user who may mount one');
    this.skip();
  });

  afterEach(async () => {
    await daemon?.stop('SIGKILL');
    await run('umount', [disk]).catch(() => undefined);
    await target.close();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const config = (detection = 'min_profiles: 6, confirm_profiles: 14') => `
web: { listen_address: 127.0.0.1:0 }
storage: { path: '${join(disk, 'data')}', profiles_per_target: 20 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: 1MiB }
  capture: { interval: 100ms, baseline_interval: 100ms, timeout: 5s }
  detection: { ${detection}, min_growth: 4MiB }
targets: [{ name: cart, url: '${target.url}', labels: { service: cart } }]
route: { receiver: oncall, group_wait: 0s, group_interval: 1h, repeat_interval: 7d }
receivers: [{ name: oncall, webhook_configs: [{ url: '${receiver.url}' }] }]
`;

  const untilReady = (status: number, says = '') =>
    until(`ready answers ${status} ${says}`, 60_000, async () => {
      const ready = await fetch(`${daemon!.url}/-/ready`);
      const text = await ready.text();
      return ready.status === status && text.includes(says) ? text : undefined;
    });

  const untilTaken = (count: number) =>
    until(`${count} messages`, 60_000, () => (receiver.taken.size >= count ? true : undefined));

  async function expectTrouble(says: string): Promise<void> {
    expect(await untilReady(503, 'nothing is told until they can')).to.contain(says);
    await expectMetric(0);
    const said = daemon!.lines().filter(({ msg }) => msg?.startsWith('incidents cannot be saved'));
    expect(said, 'says so once').to.have.length(1);
  }

  async function expectMetric(value: 0 | 1): Promise<void> {
    const metrics = await (await fetch(`${daemon!.url}/metrics`)).text();
    expect(metrics).to.match(
      new RegExp(`^heapwarden_storage_last_write_successful ${value}$`, 'm'),
    );
  }

  for (const { name, begin, end, says } of FAILURES) {
    it(`(${name}) is told before there is an incident, and profiles are judged as often as ever`, async function () {
      this.timeout(120_000);
      daemon = await startDaemon(config('min_profiles: 200, confirm_profiles: 200'), folder);
      const untilJudged = async (more: number) => {
        const before = await profilesJudged(daemon!);
        await until(`${more} more are judged`, 10_000, async () =>
          (await profilesJudged(daemon!)) >= before + more ? true : undefined,
        );
      };
      await untilJudged(2);
      await begin(disk);
      expect(await untilReady(503, 'profiles cannot be saved')).to.contain(says);
      await expectMetric(0);
      await untilJudged(20);
      await end(disk);
      await untilReady(200);
      await expectMetric(1);
    });

    it(`(${name}) is told clearly, costs no life, not even a restart's, and loses nothing`, async function () {
      this.timeout(240_000);
      daemon = await startDaemon(config(), folder);
      await untilTaken(1);
      await begin(disk);
      await expectTrouble(says);
      const before = receiver.taken.size;
      await daemon.stop('SIGKILL');

      daemon = await startDaemon(config(), folder, { path: '/-/healthy' });
      await expectTrouble(says);
      expect(receiver.taken.size, 'told while nothing could be saved').to.equal(before);

      await end(disk);
      await untilReady(200);
      await untilTaken(before + 2);
      const stories = new Map<string, string[]>();
      for (const { raw } of receiver.taken.values()) {
        const { leak } = (JSON.parse(raw) as Posted).alerts[0]!;
        stories.set(leak.incident, [...(stories.get(leak.incident) ?? []), leak.state]);
      }
      for (const [incident, states] of stories) {
        expect(states.join(' '), incident).to.match(/^(suspect|suspect leak|leak)( resolved)?$/);
      }
      const ended = await daemon.stop();
      expect(ended).to.deep.equal({ code: 0, signal: null });
      daemon = undefined;
    });
  }
});

async function profilesJudged(daemon: RunningDaemon): Promise<number> {
  const { verdict } = await daemon.api<{ verdict?: { profiles: number } }>('/api/v1/targets/cart');
  return verdict?.profiles ?? 0;
}

interface Posted {
  readonly alerts: readonly {
    readonly leak: { readonly incident: string; readonly state: string };
  }[];
}
