import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { EMPTY_BOOK } from '../../src/notify/book.ts';
import { createLog } from '../../src/runtime/log.ts';
import { openStore } from '../../src/store/store.ts';
import type { DaemonStatus, TargetStatus } from '../../src/web/status.ts';
import { incident, sighting } from '../notify/drawn.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const METRICS = `# TYPE go_memstats_heap_alloc_bytes gauge
go_memstats_heap_alloc_bytes 1e+06
# TYPE go_memstats_heap_inuse_bytes gauge
go_memstats_heap_inuse_bytes 2e+06
`;

/** A daemon whose targets stand in a file of their own. */
describe('a daemon that discovers its targets', function () {
  this.timeout(60_000);
  let folder = '';
  let services: readonly TestServer[] = [];
  let daemon: RunningDaemon | undefined;

  beforeEach(async () => {
    folder = tempFolder('discovery');
    const open = () => serve((_, response) => response.end(METRICS));
    services = [await open(), await open(), await open()];
  });
  afterEach(async () => {
    await daemon?.stop();
    await Promise.all(services.map((service) => service.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const addressOf = (index: number) => new URL(services[index]?.url ?? '').host;
  const listed = (...entries: readonly object[]) =>
    writeFile(join(folder, 'targets.json'), JSON.stringify(entries));
  const config = (more = '') => `
storage: { path: ${JSON.stringify(join(folder, 'data'))} }
web: { listen_address: 127.0.0.1:0 }
target_defaults: { reading: { interval: 200ms }, labels: { env: prod } }
targets: [{ name: fixed, url: '${services[2]?.url}' }]
discovery:
  - name: shop
    file_sd_configs: [{ files: [${JSON.stringify(join(folder, '*.json'))}], refresh_interval: 1s }]
    relabel_configs: [{ source_labels: [id], regex: '(.+)', target_label: __target__ }]
${more}
route: { receiver: nobody }
receivers: [{ name: nobody }]
`;
  const targets = async (running: RunningDaemon) =>
    (await running.api<{ targets: TargetStatus[] }>('/api/v1/targets')).targets;
  const untilRead = (running: RunningDaemon, ...names: readonly string[]) =>
    until(`${names.join(', ')} read`, 20_000, async () => {
      const read = (await targets(running)).filter(({ reading }) => reading !== undefined);
      return names.every((name) => read.some((target) => target.name === name)) ? read : undefined;
    });

  it('begins with those that come, tells of what changed, and leaves the others alone', async () => {
    await listed({ targets: [addressOf(0)], labels: { id: 'cart-0', service: 'cart' } });
    daemon = await startDaemon(config(), folder);
    const [fixed, first] = await untilRead(daemon, 'fixed', 'cart-0');
    expect(fixed?.labels).to.deep.equal({ env: 'prod' });
    expect(first?.labels).to.deep.equal({ env: 'prod', id: 'cart-0', service: 'cart' });
    await listed(
      { targets: [addressOf(0)], labels: { id: 'cart-0', service: 'basket' } },
      { targets: [addressOf(1)], labels: { id: 'cart-1', service: 'cart' } },
    );
    const read = await untilRead(daemon, 'cart-1');
    const services = Object.fromEntries(read.map(({ name, labels }) => [name, labels['service']]));
    expect(services).to.deep.equal({ fixed: undefined, 'cart-0': 'basket', 'cart-1': 'cart' });
    const followed = daemon
      .lines()
      .filter(({ msg }) => msg === 'watching')
      .at(-1);
    expect(followed).to.include({ targets: 3, new: 1, changed: 1, gone: 0 });
    const page = await (await fetch(`${daemon.url}/status`)).text();
    expect(page)
      .to.contain('shop/file_sd_configs[0]')
      .and.match(/Targets<[^>]*>\s*<[^>]*>3</);
    const { config: told } = await daemon.api<DaemonStatus>('/api/v1/status');
    expect(told.effective.targets.map(({ name }) => name)).to.deep.equal(['fixed']);
  });

  it('knows them after a reload and after a restart, though their list cannot be read', async () => {
    await listed({ targets: [addressOf(0)], labels: { id: 'cart-0' } });
    daemon = await startDaemon(config(), folder);
    await untilRead(daemon, 'cart-0');
    await writeFile(join(folder, 'targets.json'), 'half a li');
    expect((await fetch(`${daemon.url}/-/reload`, { method: 'POST' })).status).to.equal(200);
    await untilRead(daemon, 'fixed', 'cart-0');
    await daemon.stop();
    daemon = await startDaemon(config(), folder);
    await untilRead(daemon, 'fixed', 'cart-0');
    const { discovery } = await daemon.api<{ discovery: readonly { problem?: string }[] }>(
      '/api/v1/status',
    );
    expect(discovery[0]?.problem).to.contain('targets.json: no JSON');
  });

  it('has no lists to wait for, where it has none, to end the incidents of those that are not configured', async () => {
    const storage = { path: join(folder, 'data'), profilesPerTarget: 64, maxBytes: 2 ** 30 };
    const store = await openStore(storage, createLog('silent'));
    const incidents = ['fixed', 'gone'].map((target) =>
      incident({ id: target, scope: target, sightings: [sighting({ target })] }),
    );
    await store.writeDocument('book', { ...EMPTY_BOOK, incidents });
    await store.close();
    daemon = await startDaemon(config().replace(/^discovery:[^]*?^route/m, 'route'), folder);
    const { incidents: now } = await daemon.api<{ incidents: readonly Incident[] }>(
      '/api/v1/incidents',
    );
    const states = Object.fromEntries(now.map(({ id, state }) => [id, state]));
    expect(states).to.deep.equal({ fixed: 'suspect', gone: 'resolved' });
  });

  it('ends the incidents of those alone that no list has, also where a group is called otherwise', async () => {
    const of = (target: string) =>
      incident({ id: target, scope: target, sightings: [sighting({ target })] });
    const storage = { path: join(folder, 'data'), profilesPerTarget: 64, maxBytes: 2 ** 30 };
    const store = await openStore(storage, createLog('silent'));
    await store.writeDocument('book', { ...EMPTY_BOOK, incidents: [of('cart-0'), of('cart-1')] });
    await store.writeDocument('discovered', {
      'shop/file_sd_configs[0]': [{ __address__: addressOf(0), id: 'cart-0' }],
    });
    await store.close();
    await listed({ targets: [addressOf(0)], labels: { id: 'cart-0' } });
    const running = (daemon = await startDaemon(config(), folder));
    const open = async () => {
      const { incidents } = await running.api<{ incidents: readonly Incident[] }>(
        '/api/v1/incidents',
      );
      return incidents.filter(({ state }) => state !== 'resolved').map(({ id }) => id);
    };
    await until('one resolved', 10_000, async () => (await open()).length === 1 || undefined);
    expect(await open()).to.deep.equal(['cart-0']);
    await writeFile(
      join(folder, 'heapwarden.yaml'),
      config().replace('- name: shop', '- name: cart'),
    );
    expect((await fetch(`${running.url}/-/reload`, { method: 'POST' })).status).to.equal(200);
    expect(await open()).to.deep.equal(['cart-0']);
    await untilRead(running, 'cart-0');
    expect(await open()).to.deep.equal(['cart-0']);
    await writeFile(
      join(folder, 'heapwarden.yaml'),
      config().replace(/^discovery:[^]*?^route/m, 'route'),
    );
    expect((await fetch(`${running.url}/-/reload`, { method: 'POST' })).status).to.equal(200);
    expect(await open()).to.deep.equal([]);
  });
});
