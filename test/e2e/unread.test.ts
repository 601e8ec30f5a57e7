import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { EMPTY_BOOK, markSent } from '../../src/notify/book.ts';
import { planNotifications } from '../../src/notify/plan.ts';
import { createLog } from '../../src/runtime/log.ts';
import { openStore } from '../../src/store/store.ts';
import { incident, receiver, route, sighting } from '../notify/drawn.ts';
import { startDaemon } from '../support/daemon.ts';
import { serve, unusedUrl } from '../support/http-server.ts';
import { Resources } from '../support/resources.ts';
import { tempFolder } from '../support/temp-folder.ts';

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
