import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { EMPTY_BOOK, markSent } from '../../src/notify/book.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { createLog } from '../../src/runtime/log.ts';
import { openStore } from '../../src/store/store.ts';
import type { TargetStatus } from '../../src/web/status.ts';
import { incident, receiver, route, sighting } from '../notify/drawn.ts';
import { CartStage } from '../support/cart-stage.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { incidentsOf } from '../support/e2e.ts';
import { serve, unusedUrl } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { wordsAt } from '../web/served.ts';

const MINUTE = 60_000;

/** A book in which all was told of a leak in `a`, near its limit, before the target and the daemon died. */
async function writeBook(path: string, at: number): Promise<void> {
  const { memory } = sighting();
  const near = { ...memory, readingBytes: 0.97 * 2 ** 31, limitReachedAt: at + 30 * MINUTE };
  const one = incident({
    state: 'leak',
    sightings: [sighting({ state: 'leak', at, memory: near })],
  });
  const rules = { route: route(), receivers: [receiver('oncall', true)] };
  const told = planNotifications({ ...EMPTY_BOOK, incidents: [one] }, rules, at + MINUTE);
  const book = told.planned.reduce((rest, { id }) => markSent(rest, id), told.book);
  const storage = { path, profilesPerTarget: 64, maxBytes: 2 ** 30 };
  const store = await openStore(storage, createLog('silent'));
  await store.writeDocument('book', book);
  await store.close();
}

interface Payload {
  readonly alerts: readonly {
    readonly annotations: { readonly summary: string; readonly description: string };
    readonly leak: {
      readonly unreadSince?: string;
      readonly memory: { readonly limitReachedAt: string | null };
    };
  }[];
}

describe('a target that was near its limit and gives no readings', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  it('is told of by itself, as what it is', async function () {
    this.timeout(60_000);
    const folder = tempFolder('unread');
    resources.add({ close: () => rm(folder, { recursive: true }) });
    const path = join(folder, 'data');
    const at = Date.now() - 20 * MINUTE;
    await writeBook(path, at);
    let tell: (body: string) => void = () => undefined;
    const isTold = new Promise<string>((resolve) => (tell = resolve));
    const hook = resources.add(
      await serve((request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () => {
          response.end();
          tell(body);
        });
      }),
    );
    const daemon = await startDaemon(
      `storage: { path: ${path} }
web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: oncall, webhook_configs: [{ url: '${hook.url}/' }] }]
route: { receiver: oncall }
target_defaults: { reading: { interval: 100ms } }
targets: [{ name: a, url: '${await unusedUrl()}', labels: { service: checkout } }]
`,
      folder,
    );
    resources.add({ close: async () => void (await daemon.stop()) });
    const payload: Payload = JSON.parse(await isTold);
    const [alert] = payload.alerts;
    expect(alert?.annotations.summary).to.match(
      /^checkout: no reading of a for 2\dm.*, memory was 1\.94GiB of 2GiB \(97%\), it may have been killed at its limit: /,
    );
    expect(alert?.annotations.description).to.match(
      /^There is no reading since .*ECONNREFUSED.* may have been killed\. .*; no forecast without readings\. /,
    );
    expect(alert?.leak).to.deep.include({ unreadSince: new Date(at).toISOString() });
    expect(alert?.leak.memory.limitReachedAt).to.equal(null);
  });
});

describe('a target that dies while an incident is open', function () {
  this.timeout(120_000);
  let stage: CartStage;

  beforeEach(async () => (stage = await CartStage.begin()));
  afterEach(() => stage.end());

  interface Target {
    readonly state: string;
    readonly stateWhenRead?: string;
    readonly unread?: { readonly since: number; readonly why: string };
    readonly lastReading?: unknown;
  }

  const NO_READING = /There is no reading since (\S+ \S+) UTC, for \S+ \((.*?)\)/g;

  /** What every page, the API and the metrics say of it, without how long that is. */
  async function said(daemon: RunningDaemon, id: string) {
    const { url } = daemon;
    const { state, unread } = await daemon.api<Target>('/api/v1/targets/cart');
    const { sightings } = await daemon.api<Incident>(`/api/v1/incidents/${id}`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const pages = await Promise.all(
      ['/', '/targets/cart', `/incidents/${id}`].map(async (path) => {
        const page = await wordsAt(url + path);
        return [...page.matchAll(NO_READING)].map(([, at, why]) => ({ at, why }));
      }),
    );
    return {
      state,
      since: unread?.since,
      ofIncident: sightings.map((each) => each.unread?.since),
      metric: /target_state\{target="cart",state="(\w+)"\} 1/.exec(metrics)?.[1],
      pages: pages.flat(),
      rows: (await wordsAt(`${url}/`)).match(/blind .{0,30}no reading for/g)?.length,
    };
  }

  it('is told the same everywhere, and goes on being so after a restart', async () => {
    const config = stage.config({ above: '40MiB' });
    const first = await stage.start(config);
    const { id } = await until('an incident', 60_000, async () => (await incidentsOf(first))[0]);
    await stage.target.close();
    const isUnread = async (daemon: RunningDaemon) => {
      const { unread } = await daemon.api<Target>('/api/v1/targets/cart');
      return unread;
    };
    const unread = await until('no readings', 60_000, () => isUnread(first));
    const before = await said(first, id);
    const { lastReading } = await first.api<Target>('/api/v1/targets/cart');
    expect(before).to.deep.include({
      state: 'blind',
      since: unread.since,
      ofIncident: [unread.since],
      metric: 'blind',
      rows: 1,
    });
    expect(before.pages).to.have.length(4);
    expect(new Set(before.pages.map((each) => JSON.stringify(each)))).to.have.length(1);
    await first.stop();

    const second = await stage.start(config);
    await until('no reading', 60_000, async () => {
      const { readingError } = await second.api<TargetStatus>('/api/v1/targets/cart');
      return readingError;
    });
    expect(await said(second, id)).to.deep.equal(before);
    expect(await second.api<Target>('/api/v1/targets/cart'))
      .to.have.deep.property('lastReading')
      .that.has.property('at', unread.since);
    expect(lastReading).to.have.property('at', unread.since);
  });
});
