import { expect } from 'chai';
import { needGo } from '../support/go.ts';
import { World, incidentsOf, untilTold } from '../support/e2e.ts';
import { until } from '../support/until.ts';

const LEAKING_BUILD = '4f0c2ab1d9e87c6b5a4f3e2d1c0b9a8f7e6d5c4b';
const MENDED_BUILD = 'b7d1e05f2c3a49688e7d6c5b4a3f2e1d0c9b8a7f';
const LEAKING_FUNCTION = 'example.com/kinds/internal/receipts.Keep';

describe('a leak that the next build does not have', function () {
  this.timeout(300_000);
  let world: World;

  before(async function () {
    await needGo(this);
    world = await World.begin();
  });

  after(() => world?.end());

  it('ends as "looks fixed in build …", by the revision that the service itself tells', async () => {
    const leaking = await world.program('kinds', ['-mode', 'keep', '-revision', LEAKING_BUILD]);
    const daemon = await world.daemon({ till: leaking.url });
    await untilTold(world, daemon);
    const [told] = await incidentsOf(daemon);
    expect(told).to.include({ kind: 'heap', function: LEAKING_FUNCTION });
    expect(told?.sightings[0]).to.include({ revision: LEAKING_BUILD });

    await leaking.stop();
    const sameAddress = ['-listen', new URL(leaking.url).host];
    await world.program('kinds', ['-mode', 'free', '-revision', MENDED_BUILD, ...sameAddress]);
    const ended = await until('the incident to be resolved', 120_000, async () => {
      const incidents = await incidentsOf(daemon);
      return incidents.find(({ id, state }) => id === told?.id && state === 'resolved');
    });
    expect(ended.reason).to.match(
      /^till: looks fixed in build b7d1e05f2c3a: no growth over \d+ fresh profiles since it was deployed \(it grew in 4f0c2ab1d9e8\)$/,
    );
    expect(await incidentsOf(daemon)).to.have.length(1);
  });
});
