import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { startDaemon as startHere } from '../src/daemon.ts';
import { EMPTY_BOOK } from '../src/notify/book.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { createLog } from '../src/runtime/log.ts';
import { openStore } from '../src/store/store.ts';
import { incident, notification } from './notify/drawn.ts';
import { startDaemon } from './support/daemon.ts';
import { serve } from './support/http-server.ts';

describe('a daemon that is stopped while it reloads', () => {
  it('ends, and does not begin anew what it has just ended', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-daemon-'));
    const path = join(folder, 'data');
    const storage = { path, profilesPerTarget: 64, maxBytes: 2 ** 30 };
    const store = await openStore(storage, createLog('silent'));
    const one = incident();
    const pending = [notification({ incident: one })];
    await store.writeDocument('book', { ...EMPTY_BOOK, incidents: [one], pending });
    await store.close();
    let tell: () => void = () => undefined;
    const isDelivered = new Promise<void>((resolve) => (tell = resolve));
    const hook = await serve(() => tell());
    const daemon = await startDaemon(
      `storage: { path: ${path} }
web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: oncall, webhook_configs: [{ url: '${hook.url}/' }] }]
route: { receiver: oncall }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`,
      folder,
    );
    await isDelivered;
    process.kill(daemon.pid, 'SIGHUP');
    // Long enough for the reload to wait for the delivery, which it does for ten seconds.
    await setTimeout(1_000);
    const ended = await daemon.stop();
    const said = daemon.lines().map(({ msg }) => msg);
    await hook.close();
    await rm(folder, { recursive: true });
    expect(ended).to.deep.equal({ code: 0, signal: null });
    expect(said.filter((msg) => msg === 'watching')).to.have.length(1);
  });
});

describe('a daemon that finds its book broken', () => {
  it('names the file and what to do, and does not begin', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-daemon-'));
    const path = join(folder, 'data');
    const log = createLog('silent');
    const store = await openStore({ path, profilesPerTarget: 64, maxBytes: 2 ** 30 }, log);
    await store.writeDocument('book', { ...EMPTY_BOOK, incidents: [{ id: 1 }] });
    await store.close();
    const configFile = join(folder, 'heapwarden.yaml');
    await writeFile(
      configFile,
      `storage: { path: ${path} }
receivers: [{ name: oncall }]
route: { receiver: oncall }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`,
    );
    const started = startHere({ configFile, env: {}, version: '0', clock: systemClock, log });
    const said = await started.then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
    await rm(folder, { recursive: true });
    expect(said)
      .to.contain(`${join(path, 'state/book.json')}: the saved incidents`)
      .and.contain('restore the file from a backup, or move it away');
  });
});
