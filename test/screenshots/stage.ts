import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGo, startGoProgram } from '../../src/cli/demo/go-program.ts';
import type { LocalServer } from '../../src/cli/demo/local-server.ts';
import { openMailbox } from '../../src/cli/demo/mailbox.ts';
import { serveRecording } from '../../src/cli/demo/recorded-service.ts';
import {
  HEALTHY,
  LEAKING,
  LEAKING_FUNCTION,
  PROGRAMS,
  RECORDINGS,
} from '../../src/cli/demo/services.ts';
import { receiveWebhooks } from '../../src/cli/demo/webhook-receiver.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { TargetStatus } from '../../src/web/status.ts';
import { startDaemon } from '../support/daemon.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { incidentsOf, statusOf } from '../support/e2e.ts';
import { buildGo } from '../support/go.ts';
import { until } from '../support/until.ts';

const TARGETS = [
  { name: 'shop-1', service: 'shop', of: LEAKING },
  { name: 'shop-2', service: 'shop', of: { ...LEAKING, args: ['-leak-bytes-per-second', '0'] } },
  { name: 'catalog-1', service: 'catalog', of: HEALTHY },
  { name: 'catalog-2', service: 'catalog', of: HEALTHY },
  { name: 'search-1', service: 'search', of: HEALTHY },
] as const;
/** What pictures show must not tell whose machine they were taken on. */
const WITHOUT_PATHS = { GOFLAGS: '-buildvcs=false -mod=mod -trimpath' };
const LEAK_WITHIN_MS = 300_000;

interface StageParts {
  readonly daemon: RunningDaemon;
  readonly ends: readonly (() => Promise<unknown>)[];
  readonly isOfGo: boolean;
}

/** A leaking service and healthy ones with a real daemon beside them: real programs with Go, else their recordings. */
export class Stage {
  readonly #daemon: RunningDaemon;
  readonly #ends: readonly (() => Promise<unknown>)[];

  /** Whether its services are real programs. */
  readonly isOfGo: boolean;

  private constructor({ daemon, ends, isOfGo }: StageParts) {
    this.#daemon = daemon;
    this.#ends = ends;
    this.isOfGo = isOfGo;
  }

  static async open(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-screenshots-'));
    const mailbox = await openMailbox(join(folder, 'mail'));
    const webhooks = await receiveWebhooks(join(folder, 'webhook'));
    const ends = [
      () => rm(folder, { recursive: true, force: true }),
      () => mailbox.stop(),
      () => webhooks.stop(),
    ];
    const targets: string[] = [];
    const isOfGo = (await findGo()) !== undefined;
    for (const { name, service, of } of targetsToShow(isOfGo)) {
      const server = await of();
      ends.push(() => server.stop());
      targets.push(
        `  - { name: ${name}, url: '${server.url}', labels: { service: ${service}, env: prod } }`,
      );
    }
    const daemon = await startDaemon(
      config({ folder, targets, smarthost: mailbox.address, webhook: webhooks.url }),
      folder,
    );
    return new Stage({ daemon, ends: [...ends, () => daemon.stop()], isOfGo });
  }

  /** The address of every page, once the leak has been found and told. */
  async pages() {
    const { url } = this.#daemon;
    await until('the leak', LEAK_WITHIN_MS, async () => {
      const { verdict } = await statusOf(this.#daemon, 'shop-1');
      return isLeak(verdict) ? true : undefined;
    });
    const incident = await until('the incident', LEAK_WITHIN_MS, async () => {
      const { pending } = await this.#daemon.api<{ pending: unknown[] }>('/api/v1/notifications');
      const found = (await incidentsOf(this.#daemon)).find(({ state }) => state === 'leak');
      return pending.length === 0 ? found : undefined;
    });
    const looked = new URLSearchParams({ function: LEAKING_FUNCTION });
    return {
      fleet: `${url}/`,
      target: `${url}/targets/shop-1`,
      incident: `${url}/incidents/${incident.id}`,
      compare: `${url}/targets/shop-1/compare?${looked.toString()}`,
      status: `${url}/status`,
    };
  }

  async close(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
  }
}

function targetsToShow(isOfGo: boolean) {
  const start = (program: string, args: readonly string[]): Promise<LocalServer> =>
    isOfGo
      ? buildGo(program, WITHOUT_PATHS).then((binary) => startGoProgram(binary, args))
      : serveRecording(join(RECORDINGS, program), { clock: systemClock });
  // A recording leaks as it was recorded, so without Go there is no healthy replica of the leaking service.
  return TARGETS.filter(({ name }) => isOfGo || name !== 'shop-2').map(({ name, service, of }) => ({
    name,
    service,
    of: () => start(of.program, of.args),
  }));
}

function isLeak(verdict: TargetStatus['verdict']): boolean {
  return verdict?.state === 'leak';
}

interface ConfigParts {
  readonly folder: string;
  readonly targets: readonly string[];
  readonly smarthost: string;
  readonly webhook: string;
}

/** As in production, with seconds for minutes. */
function config({ folder, targets, smarthost, webhook }: ConfigParts): string {
  return `
global: { smtp_smarthost: '${smarthost}', smtp_from: heapwarden@example.com, smtp_require_tls: false }
web: { listen_address: 127.0.0.1:0 }
storage: { path: ${JSON.stringify(join(folder, 'data'))} }
target_defaults:
  memory_limit: 2GiB
  source: { root: ${JSON.stringify(join(PROGRAMS, LEAKING.program))} }
  reading: { interval: 500ms, timeout: 5s }
  trigger: { above: 24MiB }
  capture: { interval: 1s, baseline_interval: 1s, timeout: 5s }
  detection: { min_profiles: 24, confirm_profiles: 48, min_growth: 4MiB }
targets:
${targets.join('\n')}
route: { receiver: oncall, group_wait: 1s, group_interval: 5s }
receivers:
  - name: oncall
    email_configs: [{ to: oncall@example.com }]
    webhook_configs: [{ url: '${webhook}' }]
`;
}
