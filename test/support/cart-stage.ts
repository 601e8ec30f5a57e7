import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon, type RunningDaemon } from './daemon.ts';
import { serveLeaking, type LeakingTarget } from './leaking-target.ts';
import { openWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

interface CartConfig {
  /** Threshold of the trigger. */
  readonly above: string;
  /** Further keys of the target, in flow style. */
  readonly keys?: string;
  /** Of the webhook's URL. */
  readonly query?: string;
}

/**
 * A service `cart` that leaks, a webhook, and a folder for the daemons that are started one after the
 * other. All end with it, also where a test fails before it stops its daemon.
 */
export class CartStage {
  readonly folder: string;
  readonly target: LeakingTarget;
  readonly receiver: WebhookReceiver;
  readonly #daemons: RunningDaemon[] = [];

  private constructor(folder: string, target: LeakingTarget, receiver: WebhookReceiver) {
    this.folder = folder;
    this.target = target;
    this.receiver = receiver;
  }

  static async begin(): Promise<CartStage> {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-cart-'));
    return new CartStage(folder, await serveLeaking('cart'), await openWebhookReceiver());
  }

  async end(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.stop('SIGKILL');
    await this.target.close();
    await this.receiver.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async start(config: string): Promise<RunningDaemon> {
    const daemon = await startDaemon(config, this.folder);
    this.#daemons.push(daemon);
    return daemon;
  }

  /** A verdict within a second or two, told to the webhook at once. */
  config({ above, keys = '', query = '' }: CartConfig): string {
    return `
web: { listen_address: 127.0.0.1:0 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: ${above} }
  capture: { interval: 100ms, baseline_interval: 150ms, timeout: 5s }
  detection: { min_profiles: 6, confirm_profiles: 14, min_growth: 4MiB }
targets: [{ name: cart, url: '${this.target.url}', labels: { service: cart }${keys} }]
route: { receiver: oncall, group_wait: 0s }
receivers: [{ name: oncall, webhook_configs: [{ url: '${this.receiver.url}${query}' }] }]
`;
  }
}
