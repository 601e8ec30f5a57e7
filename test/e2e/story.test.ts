import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { incidentsOf } from '../support/e2e.ts';
import { serveLeaking, type LeakingTarget } from '../support/leaking-target.ts';
import { until } from '../support/until.ts';
import { openWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const SECRET = 'hook-key-5f1c9b7e2d';

describe('the story of an incident', function () {
  this.timeout(120_000);
  let folder: string;
  let target: LeakingTarget;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-story-'));
    const writeSource = (life: number) =>
      writeFile(join(folder, `life${life}.go`), 'kept = append(kept, <-in)\nother()\n');
    await Promise.all([0, 1, 2, 3].map(writeSource));
    target = await serveLeaking('cart');
    receiver = await openWebhookReceiver();
  });

  afterEach(async () => {
    await target.close();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const config = () => `
web: { listen_address: 127.0.0.1:0 }
target_defaults:
  reading: { source: metrics, interval: 100ms, timeout: 5s }
  trigger: { above: 40MiB }
  capture: { interval: 100ms, baseline_interval: 150ms, timeout: 5s }
  detection: { min_profiles: 6, confirm_profiles: 14, min_growth: 4MiB }
targets: [{ name: cart, url: '${target.url}', labels: { service: cart }, source: { root: ${folder} } }]
route: { receiver: oncall, group_wait: 0s }
receivers: [{ name: oncall, webhook_configs: [{ url: '${receiver.url}?key=${SECRET}' }] }]
`;

  async function post(daemon: RunningDaemon, path: string, body: unknown): Promise<void> {
    const response = await fetch(daemon.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status, await response.text()).to.equal(201);
  }

  const untilIncident = (daemon: RunningDaemon, holds: (incident: Incident) => boolean) =>
    until('the incident', 60_000, async () => (await incidentsOf(daemon)).find(holds));

  const kindsOf = ({ events }: Incident) => events.map(({ kind }) => kind);

  it('goes from memory that passed the trigger to what people said, in order, and outlives a restart', async () => {
    receiver.behaviours.push({ status: 503, body: `no ${SECRET}` });
    const first = await startDaemon(config(), folder);
    const { id } = await untilIncident(first, (each) => kindsOf(each).includes('sent'));
    await post(first, `/api/v1/incidents/${id}/acknowledge`, { duration: '1h', by: 'ada' });
    await post(first, '/api/v1/silences', {
      matchers: [`incident = ${id}`],
      duration: '1h',
      createdBy: 'ben',
    });
    await first.stop('SIGKILL');

    const second = await startDaemon(config(), folder);
    const incident = await untilIncident(second, (each) => each.id === id);
    const kinds = kindsOf(incident);
    const order = ['reading', 'decision', 'verdict', 'opened', 'told', 'retried', 'sent'] as const;
    const places = [...order, 'acknowledged', 'silenced'].map((kind) =>
      kinds.findIndex((each) => each === kind),
    );
    expect(places[0], kinds.join(' ')).to.be.at.least(0);
    expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
    const words = incident.events.map(({ reason }) => reason).join('\n');
    expect(words).to.match(/^cart: memory passed the trigger: above 40MiB/m);
    expect(words).to.contain('oncall/webhook_configs[0]: opened: attempt 1: ');

    const page = await (await fetch(`${second.url}/incidents/${id}`)).text();
    expect(page).to.contain('memory passed the trigger').and.to.contain('by ada until');
    expect(page, 'the line of the suspect, and what it holds').to.match(
      /MiB<\/td>\s*<td class="number">1<\/td>\s*<td class="code"><strong><code>kept = append\(kept, &lt;-in\)</,
    );
    expect(page + words).to.not.contain(SECRET);
    await second.stop('SIGKILL');
    const book = await readFile(join(folder, 'data/state/book.json'), 'utf8');
    expect(book).to.not.contain(SECRET);
  });
});
