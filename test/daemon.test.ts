import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { EMPTY_BOOK } from '../src/notify/book.ts';
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
