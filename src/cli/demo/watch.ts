import type { Clock } from '../../runtime/clock.ts';
import type { DaemonProcess } from './daemon-process.ts';
import type { Mail, Mailbox } from './mailbox.ts';
import { awaited, changeLines, statusLine } from './progress.ts';
import type { Arrived } from './progress.ts';
import { HEALTHY, LEAKING, LEAKING_FUNCTION, LEAKING_METHOD, askTruth } from './services.ts';
import { askTargets } from './target-status.ts';
import type { WatchedTarget } from './target-status.ts';
import type { LeakAlert, WebhookReceiver } from './webhook-receiver.ts';

/** All that runs in the demo. */
export interface Scene {
  readonly clock: Clock;
  readonly out: (line: string) => void;
  readonly daemon: DaemonProcess;
  readonly daemonUrl: string;
  readonly leakingUrl: string;
  readonly mailbox: Mailbox;
  readonly webhooks: WebhookReceiver;
}

export interface Told {
  readonly kind: 'told';
  readonly afterMs: number;
  readonly mail: Mail;
  readonly alert: LeakAlert;
  readonly alertFile: string;
  readonly healthy: WatchedTarget;
  /** What the leaking service said that it has leaked, over the time of watching. */
  readonly truth: readonly TruthSample[];
}

export interface TruthSample {
  readonly at: number;
  readonly leakedBytes: number;
}

export type Outcome =
  Told | { readonly kind: 'failed'; readonly why: string } | { readonly kind: 'interrupted' };

const LOOK_EVERY_MS = 500;
const SHOW_EVERY_MS = 5_000;

/**
 * Shows how the daemon gets on until mail and webhook have told of the leak and the healthy service
 * is judged too; `failed` where the bound is over, the daemon ends or the healthy service is told of.
 */
export async function watch(scene: Scene, boundMs: number, signal: AbortSignal): Promise<Outcome> {
  const startedAt = scene.clock.now();
  const show = new Show(scene.out);
  const truth: TruthSample[] = [];
  while (!signal.aborted) {
    const elapsedMs = scene.clock.now() - startedAt;
    const targets = await askTargets(scene.daemonUrl).catch(() => []);
    const leakedBytes = await askTruth(scene.leakingUrl).catch(() => undefined);
    if (leakedBytes !== undefined) truth.push({ at: scene.clock.now(), leakedBytes });
    const message = messages(scene);
    show.look(elapsedMs, targets, {
      mail: message.mail !== undefined,
      webhook: message.webhook !== undefined,
    });
    const outcome = decide(scene, targets, message);
    if (outcome?.kind === 'failed') return outcome;
    if (outcome?.kind === 'told') return { ...outcome, afterMs: elapsedMs, truth };
    if (elapsedMs > boundMs) return { kind: 'failed', why: `nothing more came: ${show.awaiting}` };
    await scene.clock.sleep(LOOK_EVERY_MS, signal);
  }
  return { kind: 'interrupted' };
}

interface Messages {
  readonly mail: Mail | undefined;
  readonly webhook: { readonly alert: LeakAlert; readonly file: string } | undefined;
}

function messages({ mailbox, webhooks }: Scene): Messages {
  return { mail: mailbox.mails()[0], webhook: webhooks.alerts()[0] };
}

function decide(
  scene: Scene,
  targets: readonly WatchedTarget[],
  { mail, webhook }: Messages,
): Omit<Told, 'afterMs' | 'truth'> | { readonly kind: 'failed'; readonly why: string } | undefined {
  const ended = scene.daemon.ended();
  if (ended !== undefined) return { kind: 'failed', why: `the daemon ended: ${ended}` };
  const wrong = wrongAlert(scene);
  if (wrong !== undefined) return { kind: 'failed', why: wrong };
  const healthy = targets.find(({ name }) => name === HEALTHY.name);
  if (mail === undefined || webhook === undefined) return undefined;
  if (healthy === undefined || ['', 'insufficient'].includes(healthy.state)) return undefined;
  return { kind: 'told', mail, alert: webhook.alert, alertFile: webhook.file, healthy };
}

/** What is wrong with anything that was told so far: only the leaking function may be named. */
export function wrongAlert({
  mailbox,
  webhooks,
}: Pick<Scene, 'mailbox' | 'webhooks'>): string | undefined {
  for (const { alert, file } of webhooks.alerts()) {
    const target = alert.labels['target'];
    const named = alert.leak.suspects[0]?.function;
    if (target !== LEAKING.name)
      return `a webhook tells of ${target}, which does not leak: ${file}`;
    if (named !== LEAKING_FUNCTION) {
      return `a webhook names ${named}, but the leak is in ${LEAKING_FUNCTION}: ${file}`;
    }
  }
  const mail = mailbox.mails().find(({ text }) => !text.includes(LEAKING_METHOD));
  return mail && `a mail does not name ${LEAKING_METHOD}: ${mail.file}`;
}

/** Prints each change when it comes, and every few seconds how all stand. */
class Show {
  awaiting = '';
  readonly #out: (line: string) => void;
  readonly #before = new Map<string, WatchedTarget>();
  #shownMs = -SHOW_EVERY_MS;

  constructor(out: (line: string) => void) {
    this.#out = out;
  }

  look(elapsedMs: number, targets: readonly WatchedTarget[], arrived: Arrived): void {
    const changes = targets.flatMap((target) => changeLines(this.#before.get(target.name), target));
    for (const target of targets) this.#before.set(target.name, target);
    if (changes.length > 0 || elapsedMs - this.#shownMs >= SHOW_EVERY_MS) {
      for (const target of targets) this.#out(statusLine(elapsedMs, target));
      this.#shownMs = elapsedMs;
    }
    changes.forEach(this.#out);
    const awaiting = awaited(targets, arrived);
    if (awaiting !== this.awaiting) this.#out(`        … ${awaiting}`);
    this.awaiting = awaiting;
  }
}
