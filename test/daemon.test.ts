import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { startDaemon as startHere } from '../src/daemon.ts';
import { EMPTY_BOOK } from '../src/notify/book.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { createLog } from '../src/runtime/log.ts';
import { openStore } from '../src/store/store.ts';
import type { DaemonStatus } from '../src/web/status.ts';
import { HOUR, incident, notification, NOW } from './notify/drawn.ts';
import { startDaemon } from './support/daemon.ts';
import { serve } from './support/http-server.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

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

describe('a daemon whose links open on its own machine alone', () => {
  it('says so at its start, and nothing where it is told where people reach it', async () => {
    const said = async (global: string) => {
      const daemon = await startDaemon(`web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: oncall, webhook_configs: [{ url: 'http://127.0.0.1:1/' }] }]
route: { receiver: oncall }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
${global}`);
      await daemon.stop();
      return daemon
        .lines()
        .flatMap(({ msg = '', level, reason }) =>
          msg.includes('external_url') ? [{ msg, level, reason }] : [],
        );
    };
    expect(await said('')).to.deep.equal([
      {
        msg: 'global.external_url missing',
        level: 'warn',
        reason:
          'not set, so links in messages begin with http://127.0.0.1:0, which opens on this machine alone',
      },
    ]);
    expect(await said('global: { external_url: "http://127.0.0.1:1" }')).to.deep.equal([]);
  });
});

describe('a daemon whose storage is a relative path', () => {
  it('says at /status where that is', async () => {
    const folder = tempFolder('daemon');
    const daemon = await startDaemon(
      `storage: { path: ./data }
web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: oncall }]
route: { receiver: oncall }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`,
      folder,
    );
    const { storage } = await daemon.api<DaemonStatus>('/api/v1/status');
    await daemon.stop();
    expect(isAbsolute(storage.path)).to.equal(true);
    expect(await readdir(storage.path)).to.include('state');
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

describe('a daemon that begins with an incident of before', () => {
  it('has it in its metrics from the first scrape on, acknowledged or not, and while its target is not to be read', async function () {
    this.timeout(60_000);
    const folder = tempFolder('daemon');
    const path = join(folder, 'data');
    const storage = { path, profilesPerTarget: 64, maxBytes: 2 ** 30 };
    const store = await openStore(storage, createLog('silent'));
    const open = incident({ state: 'leak', scope: 'checkout' });
    const endsAt = Date.now() + HOUR;
    const taken = { incident: open.id, state: 'leak', at: NOW, endsAt, by: 'ada', comment: '' };
    await store.writeDocument('book', {
      ...EMPTY_BOOK,
      incidents: [open],
      acknowledgements: [taken],
    });
    await store.close();
    const daemon = await startDaemon(
      `storage: { path: ${path} }
web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: oncall }]
route: { receiver: oncall }
target_defaults: { reading: { interval: 100ms, timeout: 100ms } }
targets:
  - { name: a, url: 'http://127.0.0.1:1', labels: { service: checkout, team: payments } }
  - { name: b, url: 'http://127.0.0.1:1' }
`,
      folder,
    );
    const page = async () => (await (await fetch(`${daemon.url}/metrics`)).text()).split('\n');
    const told = (lines: readonly string[]) =>
      lines.filter((line) => line.startsWith('heapwarden_target_i') && line.includes('"a"'));
    const first = told(await page());
    const blind = await until('it is blind', 30_000, async () => {
      const lines = await page();
      return lines.includes('heapwarden_target_state{target="a",state="blind"} 1')
        ? lines
        : undefined;
    });
    await daemon.stop();
    await rm(folder, { recursive: true });
    expect(first).to.deep.equal([
      'heapwarden_target_info{target="a",service="checkout",team="payments"} 1',
      'heapwarden_target_incident{target="a",severity="warning"} 0',
      'heapwarden_target_incident{target="a",severity="critical"} 1',
    ]);
    expect(told(blind)).to.deep.equal(first);
    expect(blind).to.include('heapwarden_target_incident{target="b",severity="critical"} 0');
  });
});
