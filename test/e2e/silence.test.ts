import { expect } from 'chai';
import { CartStage } from '../support/cart-stage.ts';
import { incidentsOf } from '../support/e2e.ts';
import { until } from '../support/until.ts';

describe('a silence', () => {
  let stage: CartStage;

  beforeEach(async () => {
    stage = await CartStage.begin();
  });

  afterEach(() => stage.end());

  it('outlives a kill of the daemon, holds back what it covers, and tells it when it is expired', async function () {
    this.timeout(120_000);
    const order = { matchers: ['service = cart'], duration: '2h', createdBy: 'ada' };
    const config = stage.config({ above: '1MiB' });
    const first = await stage.start(config);
    const made = await fetch(`${first.url}/api/v1/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    expect(made.status).to.equal(201);
    const { id } = (await made.json()) as { id: string };
    await first.stop('SIGKILL');

    const second = await stage.start(config);
    const [incident] = await until('an incident', 60_000, async () => {
      const incidents = await incidentsOf(second);
      const isHeld = incidents[0]?.events.some(({ kind }) => kind === 'not_told');
      return isHeld === true ? incidents : undefined;
    });
    const story = incident!.events.map(({ reason }) => reason).join('\n');
    expect(story).to.contain(`silenced by ${id} of ada`);
    expect(stage.receiver.requests).to.deep.equal([]);
    await fetch(`${second.url}/api/v1/silences/${id}`, { method: 'DELETE' });
    await until('the message', 30_000, () => (stage.receiver.taken.size > 0 ? true : undefined));
  });
});
