import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../runtime/log.ts';
import { systemClock } from '../runtime/clock.ts';
import { Releasers } from '../runtime/shutdown.ts';
import { alertLines, silenceLines } from './demo/closing.ts';
import { daemonConfig } from './demo/daemon-config.ts';
import { startDaemon } from './demo/daemon-process.ts';
import { layOut, leftoverLines, saveMetrics } from './demo/leftovers.ts';
import type { Folder } from './demo/leftovers.ts';
import { portOf } from './demo/local-server.ts';
import { openMailbox } from './demo/mailbox.ts';
import { LEAKING, PROGRAMS, startServices } from './demo/services.ts';
import type { Stage } from './demo/services.ts';
import { sourceExcerpt } from './demo/source-excerpt.ts';
import { watch } from './demo/watch.ts';
import type { Outcome, Scene, Told } from './demo/watch.ts';
import { receiveWebhooks } from './demo/webhook-receiver.ts';
import { messageOf } from '../runtime/message-of.ts';

const BOUND_MS = 120_000;
const RELEASE_BOUND_MS = 15_000;

export interface DemoOptions {
  /** Leave all running after the alert, until Ctrl-C. */
  readonly keep: boolean;
}

/**
 * Shows the whole of heapwarden on this machine: two services, the real daemon, a mailbox and a
 * webhook receiver. Resolves to 0 where mail and webhook named the leaking function and nothing was
 * said of the healthy service, else to 1. Nothing it started is running afterwards; its folder stays.
 */
export async function runDemo(options: DemoOptions, out: (line: string) => void): Promise<number> {
  const releasers = new Releasers(createLog('warn'));
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const folder = layOut(await mkdtemp(join(tmpdir(), 'heapwarden-demo-')));
    const stage = { folder: folder.path, clock: systemClock, releasers, out };
    return await play(stage, folder, { ...options, signal: interruption.signal });
  } catch (error) {
    out(`the demo failed: ${messageOf(error)}`);
    return 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await releasers.releaseAll(RELEASE_BOUND_MS);
  }
}

async function play(
  stage: Stage,
  folder: Folder,
  { keep, signal }: DemoOptions & { readonly signal: AbortSignal },
): Promise<number> {
  stage.out(
    'heapwarden demo: a leaking service, a healthy one, the daemon, a mailbox and a webhook',
  );
  stage.out(`receiver, all on this machine. All files go to ${folder.path}`);
  stage.out('');
  const { go, scene } = await setUp(stage, folder);
  const outcome = await watch(scene, BOUND_MS, signal);
  const code = await conclude(outcome, scene, { folder, go });
  if (keep && !signal.aborted && scene.daemon.ended() === undefined) {
    stage.out('');
    stage.out(`Still running: ${scene.daemonUrl}/ (page)  ${scene.daemonUrl}/metrics`);
    stage.out(`               ${scene.leakingUrl}/debug/pprof/ (the leaking service)`);
    stage.out('Press Ctrl-C to stop all of it.');
    await once(signal, 'abort');
  }
  return code;
}

async function setUp(
  stage: Stage,
  folder: Folder,
): Promise<{ readonly go: boolean; readonly scene: Scene }> {
  const { releasers, out, clock } = stage;
  const mailbox = await openMailbox(folder.mailFolder);
  releasers.add('mailbox', () => mailbox.stop());
  const webhooks = await receiveWebhooks(folder.webhookFolder);
  releasers.add('webhook receiver', () => webhooks.stop());
  const { go, services } = await startServices(stage);
  for (const { name, url, about } of services) out(`${name.padEnd(8)} ${url}  ${about}`);

  const port = await freePort();
  const daemonUrl = `http://127.0.0.1:${port}`;
  const [smarthost, webhookUrl] = [mailbox.address, webhooks.url];
  const targets = services.map(({ name, url, program }) => ({
    name,
    url,
    source: join(PROGRAMS, program),
  }));
  const yaml = { port, dataFolder: folder.dataFolder, smarthost, webhookUrl, targets };
  await writeFile(folder.configFile, daemonConfig(yaml));
  const daemon = startDaemon(folder.configFile, folder.logFile);
  releasers.add('daemon', () => daemon.stop());
  out(`daemon   ${daemonUrl}  process ${daemon.pid}, on ${folder.configFile}`);
  out('');
  const leakingUrl = services.find(({ name }) => name === LEAKING.name)?.url ?? '';
  return { go, scene: { clock, out, daemon, daemonUrl, leakingUrl, mailbox, webhooks } };
}

async function conclude(
  outcome: Outcome,
  scene: Scene,
  { folder, go }: { readonly folder: Folder; readonly go: boolean },
): Promise<number> {
  switch (outcome.kind) {
    case 'interrupted':
      scene.out(`interrupted; what there is so far is in ${folder.path}`);
      return 1;
    case 'failed':
      scene.out('');
      scene.out(`The demo failed: ${outcome.why}`);
      scene.out(`The last of the daemon's log, ${folder.logFile}:`);
      for (const line of await scene.daemon.lastLines(10)) scene.out(`  ${line}`);
      return 1;
    case 'told':
      for (const line of await toldLines(outcome, scene, { folder, go })) scene.out(line);
      return 0;
  }
}

async function toldLines(
  told: Told,
  scene: Scene,
  { folder, go }: { readonly folder: Folder; readonly go: boolean },
): Promise<string[]> {
  const suspect = told.alert.leak.suspects[0];
  const metricsFile = await saveMetrics(scene.daemonUrl, folder);
  return [
    ...alertLines(told),
    ...(suspect === undefined ? [] : ['', ...(await sourceExcerpt(suspect.file, suspect.line))]),
    ...silenceLines(told),
    ...(await leftoverLines(folder, told, { go, metricsFile })),
  ];
}

/** A port nobody listens on: the links in the alert need it before the daemon runs. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}
