import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { CartStage } from '../support/cart-stage.ts';
import type { RunningDaemon } from '../support/daemon.ts';
import { incidentsOf } from '../support/e2e.ts';
import { until } from '../support/until.ts';

const SECRET = 'hook-key-5f1c9b7e2d';

describe('the story of an incident', function () {
  this.timeout(120_000);
  let stage: CartStage;

  beforeEach(async () => {
    stage = await CartStage.begin();
    const writeSource = (life: number) =>
      writeFile(join(stage.folder, `life${life}.go`), 'kept = append(kept, <-in)\nother()\n');
    await Promise.all([0, 1, 2, 3].map(writeSource));
  });

  afterEach(() => stage.end());

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
    stage.receiver.behaviours.push({ status: 503, body: `no ${SECRET}` });
    const keys = `, source: { root: '${stage.folder}' }`;
    const config = stage.config({ above: '40MiB', keys, query: `?key=${SECRET}` });
    const first = await stage.start(config);
    const { id } = await untilIncident(first, (each) => kindsOf(each).includes('sent'));
    await post(first, `/api/v1/incidents/${id}/acknowledge`, { duration: '1h', by: 'ada' });
    await post(first, '/api/v1/silences', {
      matchers: [`incident = ${id}`],
      duration: '1h',
      createdBy: 'ben',
    });
    await first.stop('SIGKILL');

    const second = await stage.start(config);
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
    const book = await readFile(join(stage.folder, 'data/state/book.json'), 'utf8');
    expect(book).to.not.contain(SECRET);
  });
});
