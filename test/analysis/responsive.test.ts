import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startAnalyst } from '../../src/analysis/analyst.ts';
import type { Past } from '../../src/analysis/analyst.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { encodeProfile } from '../../src/pprof/encode.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createHttpClient } from '../../src/target/http-client.ts';
import { createReader } from '../../src/target/reader.ts';
import { startWeb } from '../../src/web/server.ts';
import { httpConfig } from '../support/http-config.ts';
import { serve } from '../support/http-server.ts';
import { recordedPage } from '../support/recorded-page.ts';
import { Resources } from '../support/resources.ts';
import { drawnProfile } from '../support/wide-profile.ts';
import { dashboardOf, silentLog, target } from '../web/values.ts';

const SMALL = join(import.meta.dirname, '../../../fixtures/demo/leaky/0001.pb.gz');
const RULES = { minProfiles: 24, confirmProfiles: 240, minGrowthBytes: 2 ** 22, ownPackages: [] };
const NO_PAST: Past = { snapshot: async () => undefined, after: async function* () {} };

describe('while a large profile is decoded', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  it('the page, the metrics and readings answer before it is done', async function () {
    this.timeout(60_000);
    const analyst = resources.add(startAnalyst());
    const fold = (bytes: Uint8Array) =>
      analyst.fold('shop', { capture: { bytes, at: 1, startedAt: 0 }, rules: RULES }, NO_PAST);
    // So that the thread is there, and what is waited for below is the decoding alone.
    await fold(await readFile(SMALL));
    const metrics = createMetrics({ version: '1' });
    const web = resources.add(
      await startWeb(
        { host: '127.0.0.1', port: 0, clock: systemClock },
        dashboardOf({ targets: () => [target({ name: 'shop' })], metrics: () => metrics.page() }),
        silentLog,
      ),
    );
    const page = await recordedPage('metrics-client_golang-1.23-go1.26.txt');
    const service = resources.add(await serve((_, response) => void response.end(page)));
    const reader = createReader(resources.add(createHttpClient(httpConfig())), {
      url: service.url,
      reading: { source: 'metrics', intervalMs: 15_000, timeoutMs: 5_000 },
    });
    const large = encodeProfile(drawnProfile(60_000));

    let isFolded = false;
    const folding = fold(large).then((reply) => {
      isFolded = true;
      return reply;
    });
    const [shown, scraped, reading] = await Promise.all([
      fetch(`${web.url}/`).then((response) => response.text()),
      fetch(`${web.url}/metrics`).then((response) => response.text()),
      reader.read(1, new AbortController().signal),
    ]);

    expect(isFolded).to.equal(false);
    expect(shown).to.contain('shop');
    expect(scraped).to.contain('heapwarden_readings_total');
    expect(reading.heapInuseBytes).to.be.above(0);
    expect(await folding).to.include({ kind: 'found' });
  });
});
