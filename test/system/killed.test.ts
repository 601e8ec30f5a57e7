import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { Book, Told } from '../../src/notify/book.ts';
import { notificationId } from '../../src/notify/notification-id.ts';
import { restoreBook } from '../../src/notify/restore-book.ts';
import { serveLeaking, type LeakingTarget } from '../support/leaking-target.ts';
import { seededRandom } from '../support/random.ts';
import {
  openUnreliableMailbox,
  openUnreliableWebhook,
  type UnreliableReceiver,
} from '../support/unreliable-receivers.ts';
import { until } from '../support/until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.js');
const KILLS = Number(process.env['HEAPWARDEN_KILLS'] ?? 200);
const SEED = Number(process.env['HEAPWARDEN_SEED'] ?? randomInt(2 ** 31));
const TARGETS = ['cart', 'search', 'mail'];
/** By the channel of the receiver `oncall`. */
const CHANNELS = ['email_configs[0]', 'webhook_configs[0]', 'webhook_configs[1]'] as const;

class Scene {
  readonly folder: string;
  readonly targets: readonly LeakingTarget[];
  readonly receivers: readonly UnreliableReceiver[];
  readonly roll: () => number;
  /** The newest that the book said of each incident and channel, over all its states. */
  readonly told = new Map<string, Told>();
  /** The functions that a daemon was sure of, and had saved before it was killed. */
  readonly found = new Set<string>();
  #onTaken: () => void = () => undefined;

  private constructor(parts: Pick<Scene, 'folder' | 'targets' | 'receivers' | 'roll'>, arm: Arm) {
    this.folder = parts.folder;
    this.targets = parts.targets;
    this.receivers = parts.receivers;
    this.roll = parts.roll;
    arm.onTaken = () => this.#onTaken();
  }

  static async begin(seed: number): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-killed-'));
    const roll = seededRandom(seed);
    const arm: Arm = { onTaken: () => undefined };
    const chance = { roll, onTaken: () => arm.onTaken() };
    const targets = await Promise.all(TARGETS.map(serveLeaking));
    const receivers = [
      await openUnreliableMailbox(chance),
      await openUnreliableWebhook(chance),
      await openUnreliableWebhook(chance),
    ];
    const scene = new Scene({ folder, targets, receivers, roll }, arm);
    await writeFile(join(folder, 'heapwarden.yaml'), scene.#config());
    return scene;
  }

  async end(): Promise<void> {
    await Promise.all([...this.targets, ...this.receivers].map((each) => each.close()));
    await rm(this.folder, { recursive: true, force: true });
  }

  start(): { readonly child: ChildProcess; readonly said: string[] } {
    const said: string[] = [];
    // Of each verdict; else only of those that change the state.
    const args = [MAIN, 'run', '--config', 'heapwarden.yaml', '--log-level', 'debug'];
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
    }
    return { child, said };
  }

  /** Starts the daemon and kills it: after a while, or just when a receiver took something. */
  async runAndKill(): Promise<void> {
    const { child, said } = this.start();
    const ended = once(child, 'exit');
    const fuse = new AbortController();
    const isWanted = this.roll() < 0.3;
    const afterTakenMs = this.roll() * 12;
    this.#onTaken = () => {
      if (isWanted) setTimeout(() => fuse.abort(), afterTakenMs);
    };
    // Some never get as far as watching; the others do, however slow the machine is.
    const isEarly = this.roll() < 0.2;
    if (!isEarly) {
      await until('it watches', 60_000, () =>
        child.exitCode !== null || said.join('').includes('"watching"') ? true : undefined,
      );
    }
    const waitMs = this.roll() * (isEarly ? 900 : 2_000);
    await delay(waitMs, undefined, { signal: fuse.signal }).catch(() => undefined);
    this.#onTaken = () => undefined;
    expect(child.exitCode, `ended by itself:\n${said.join('')}`).to.equal(null);
    child.kill('SIGKILL');
    await ended;
    for (const name of certainlyFound(said.join(''))) this.found.add(name);
    this.#note(await this.book());
  }

  /** Everybody behaves and nothing new happens, until all that is owed is delivered. */
  async settle(): Promise<Book> {
    for (const target of this.targets) target.freeze();
    for (const receiver of this.receivers) receiver.behave();
    const { child, said } = this.start();
    try {
      return await until('all is delivered', 400_000, async () => {
        expect(child.exitCode, said.join('')).to.equal(null);
        const book = await this.book();
        this.#note(book);
        await delay(500);
        const isQuiet = book.pending.length === 0 && said.join('').includes('web listening');
        return isQuiet && (await this.book()).told.length === book.told.length ? book : undefined;
      });
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }

  /** As it is on disk. */
  async book(): Promise<Book> {
    const file = join(this.folder, 'data/state/book.json');
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return restoreBook((JSON.parse(text) as { value?: unknown }).value);
  }

  #note(book: Book): void {
    for (const record of book.told) {
      this.told.set(JSON.stringify([record.incident, record.channel]), record);
    }
  }

  #config(): string {
    const [mail, hook, other] = this.receivers.map(({ url }) => url);
    return `
global: { smtp_smarthost: '${new URL(mail ?? '').host}', smtp_from: hw@example.com, smtp_require_tls: false }
web: { listen_address: 127.0.0.1:0 }
storage: { path: ./data, profiles_per_target: 100 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: 1MiB }
  capture: { interval: 100ms, baseline_interval: 100ms, timeout: 5s }
  detection: { min_profiles: 6, confirm_profiles: 14, min_growth: 4MiB }
targets:
${this.targets.map(({ url }, i) => `  - { name: ${TARGETS[i]}, url: '${url}', labels: { service: ${TARGETS[i]} } }`).join('\n')}
route: { receiver: oncall, group_wait: 0s, group_interval: 1h, repeat_interval: 7d }
receivers:
  - name: oncall
    email_configs: [{ to: oncall@example.com, send_resolved: true }]
    webhook_configs:
      - { url: '${hook}', timeout: 500ms }
      - { url: '${other}', timeout: 500ms }
`;
  }
}

interface Arm {
  onTaken: () => void;
}

/** What each incident is to have told each channel, by key: its place in the order. */
function owedBy(told: readonly Told[], channel: string) {
  const places = new Map<string, { readonly incident: string; readonly place: number }>();
  for (const { incident, receiver, said, ...record } of told) {
    if (record.channel !== channel) continue;
    for (let place = 0; place < said; place += 1) {
      const id = notificationId({ incident, sequence: place, receiver, channel });
      places.set(id, { incident, place });
    }
  }
  return places;
}

describe('a daemon that is killed at random moments, while its receivers fail, hang, cut off and lie', () => {
  let scene: Scene;

  before(async () => {
    scene = await Scene.begin(SEED);
  });

  after(() => scene?.end());

  it('loses nothing, tells nothing twice to who honours the key, and keeps the order', async function () {
    this.timeout(KILLS * 6_000 + 600_000);
    console.log(`      seed ${SEED}, ${KILLS} kills (HEAPWARDEN_SEED, HEAPWARDEN_KILLS)`);
    for (let kill = 0; kill < KILLS; kill += 1) await scene.runAndKill();
    const book = await scene.settle();
    const told = [...scene.told.values()];
    expect(book.dead, 'given up').to.deep.equal([]);

    scene.receivers.forEach(({ taken, changed }, i) => {
      const channel = CHANNELS[i] ?? '';
      const owed = owedBy(told, channel);
      const keys = taken.map(({ key }) => key);
      expect(keys, `${channel}: what came and what was owed`).to.have.members([...owed.keys()]);
      expect(changed(), `${channel}: another text under the same key`).to.deep.equal([]);
      const next = new Map<string, number>();
      for (const key of keys) {
        const { incident, place } = owed.get(key)!;
        expect(place, `${channel}: the order of ${incident}`).to.equal(next.get(incident) ?? 0);
        next.set(incident, place + 1);
      }
    });

    expect(scene.found.size, 'leaks that were found').to.be.at.least(KILLS / 40);
    for (const receiver of scene.receivers.slice(1)) expectStories(receiver, [...scene.found]);
    const counts = scene.receivers.map(({ taken, again }) => `${taken.length} (+${again()} again)`);
    console.log(
      `      ${scene.found.size} leaks; taken by mail and webhooks: ${counts.join(', ')}`,
    );
  });
});

interface Posted {
  readonly status: string;
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly leak: { readonly incident: string; readonly state: string };
  }[];
}

const VERDICT = /"target":"([^"]+)","state":"(\w+)","reason":"floor of ([^ "]+\.Keep) grew/;

/** Where a verdict follows on one that alarms, the alarm is on disk: the loop waits for that. */
function certainlyFound(log: string): readonly string[] {
  const alarms = new Map<string, string>();
  const found: string[] = [];
  for (const line of log.split('\n').filter((each) => each.includes('"msg":"verdict"'))) {
    const [, target = '', state = '', name = ''] = VERDICT.exec(line) ?? [];
    const before = alarms.get(target);
    if (before !== undefined) found.push(before);
    if (state === 'suspect' || state === 'leak') alarms.set(target, name);
  }
  return found;
}

/** Each leak that was found was told, with each thing once: that it began, got worse, and ended. */
function expectStories({ taken }: UnreliableReceiver, found: readonly string[]): void {
  const stories = new Map<string, string[]>();
  const functions = new Set<string>();
  for (const { text } of taken) {
    const [alert] = (JSON.parse(text) as Posted).alerts;
    const { incident, state } = alert!.leak;
    functions.add(alert!.labels['function'] ?? '');
    stories.set(incident, [...(stories.get(incident) ?? []), state]);
  }
  expect([...functions]).to.include.members([...found]);
  for (const [incident, states] of stories) {
    expect(states.join(' '), incident).to.match(/^(suspect|suspect leak|leak)( resolved)?$/);
  }
}
