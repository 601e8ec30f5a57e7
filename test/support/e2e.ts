import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openMailbox } from '../../src/cli/demo/mailbox.ts';
import type { Mailbox } from '../../src/cli/demo/mailbox.ts';
import { receiveWebhooks } from '../../src/cli/demo/webhook-receiver.ts';
import type { WebhookReceiver } from '../../src/cli/demo/webhook-receiver.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { TargetStatus } from '../../src/web/status.ts';
import { startDaemon } from './daemon.ts';
import type { RunningDaemon } from './daemon.ts';
import { buildGo, startProgram } from './go.ts';
import type { RunningProgram } from './go.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

/** What the program `leaky` leaks in. */
export const LEAKING_FUNCTION = 'example.com/shop/internal/session.(*Store).Create';

/** How a mail names it, which may leave out the first parts of an import path. */
export const LEAKING_METHOD = 'session.(*Store).Create';

/** Fast enough that a verdict takes seconds; the leak is stopped before it could hurt the machine. */
export const LEAK_AT_ONCE = [
  '-onset',
  '0s',
  '-leak-bytes-per-second',
  String(6 * 2 ** 20),
  '-max-bytes',
  String(512 * 2 ** 20),
];

/** A cache that is full before a verdict is due: one that still fills looks like a leak, and it is tested elsewhere. */
export const FILLS_AT_ONCE = ['-lookups-per-second', '6000'];

export const MIN_PROFILES = 24;

/** Everything a test of the whole needs, ended in reverse of the order it was begun. */
export class World {
  readonly folder: string;
  readonly mailbox: Mailbox;
  readonly webhooks: WebhookReceiver;
  readonly #ends: (() => Promise<unknown>)[];

  private constructor(folder: string, mailbox: Mailbox, webhooks: WebhookReceiver) {
    this.folder = folder;
    this.mailbox = mailbox;
    this.webhooks = webhooks;
    this.#ends = [
      () => rm(folder, { recursive: true, force: true }),
      () => mailbox.stop(),
      () => webhooks.stop(),
    ];
  }

  static async begin(): Promise<World> {
    const folder = tempFolder('e2e');
    return new World(
      folder,
      await openMailbox(join(folder, 'mail')),
      await receiveWebhooks(join(folder, 'webhook')),
    );
  }

  async end(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
  }

  async program(
    name: string,
    args: readonly string[] = [],
    buildEnv: Readonly<Record<string, string>> = {},
  ): Promise<RunningProgram> {
    const program = await startProgram(await buildGo(name, buildEnv), args);
    this.#ends.push(() => program.stop());
    return program;
  }

  /** Starts the daemon on these targets, in the same folder each time, as a restart does. */
  async daemon(targets: Targets): Promise<RunningDaemon> {
    const daemon = await startDaemon(this.config(targets), this.folder);
    this.#ends.push(() => daemon.stop('SIGKILL'));
    return daemon;
  }

  /** A suspect is told of once; what would make it be told of again within a test is switched off. */
  config(targets: Targets): string {
    return `
global: { smtp_smarthost: '${this.mailbox.address}', smtp_from: heapwarden@example.com, smtp_require_tls: false }
web: { listen_address: 127.0.0.1:0 }
storage: { path: ${JSON.stringify(join(this.folder, 'data'))}, profiles_per_target: 200 }
target_defaults:
  reading: { interval: 200ms, timeout: 5s }
  trigger: { above: 8MiB }
  capture: { interval: 400ms, baseline_interval: 400ms, timeout: 5s }
  detection: { min_profiles: ${MIN_PROFILES}, confirm_profiles: 100000, min_growth: 4MiB }
targets:
${Object.entries(targets)
  .map(([name, url]) => `  - { name: ${name}, url: '${url}', labels: { service: ${name} } }`)
  .join('\n')}
route: { receiver: oncall, group_wait: 100ms, group_interval: 1h, repeat_interval: 7d }
receivers:
  - name: oncall
    email_configs: [{ to: oncall@example.com }]
    webhook_configs: [{ url: '${this.webhooks.url}' }]
`;
  }
}

/** URLs by the name of the target. */
export type Targets = Readonly<Record<string, string>>;

export async function statusOf(daemon: RunningDaemon, target: string): Promise<TargetStatus> {
  const { targets } = await daemon.api<{ targets: TargetStatus[] }>('/api/v1/targets');
  const status = targets.find(({ name }) => name === target);
  if (status === undefined) throw new Error(`no target ${target}`);
  return status;
}

/** Waits until what a target's status says of its verdict holds, and resolves to the status. */
export async function untilStatus(
  daemon: RunningDaemon,
  target: string,
  holds: (status: TargetStatus) => boolean,
): Promise<TargetStatus> {
  let last: TargetStatus | undefined;
  try {
    return await until(`status of ${target}`, 90_000, async () => {
      last = await statusOf(daemon, target);
      return holds(last) ? last : undefined;
    });
  } catch (cause) {
    throw new Error(`${target} got no further than: ${JSON.stringify(last?.verdict)}`, { cause });
  }
}

export const freshOf = (status: TargetStatus): number => status.verdict?.freshInEpoch ?? 0;

export const foundLeak = (status: TargetStatus): boolean =>
  ['suspect', 'leak'].includes(status.verdict?.state ?? '');

export async function incidentsOf(daemon: RunningDaemon): Promise<readonly Incident[]> {
  const { incidents } = await daemon.api<{ incidents: Incident[] }>('/api/v1/incidents');
  return incidents;
}

/**
 * Waits until something came over each of the two channels and the daemon has noted that it did: what
 * is taken at the instant of a kill, before that, comes once more under its key.
 */
export async function untilTold(world: World, daemon: RunningDaemon): Promise<void> {
  await until('mail and webhook', 90_000, async () => {
    const { pending } = await daemon.api<{ pending: unknown[] }>('/api/v1/notifications');
    const came = world.mailbox.mails().length > 0 && world.webhooks.alerts().length > 0;
    return came && pending.length === 0 ? true : undefined;
  });
}
