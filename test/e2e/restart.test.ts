import { expect } from 'chai';
import { needGo } from '../support/go.ts';
import {
  LEAKING_FUNCTION,
  LEAK_AT_ONCE,
  MIN_PROFILES,
  World,
  foundLeak,
  freshOf,
  incidentsOf,
  untilStatus,
  untilTold,
} from '../support/e2e.ts';

/** Fresh profiles over which nothing may be said again. */
const SILENT_PROFILES = 12;

describe('a restart in the middle', function () {
  this.timeout(300_000);
  let world: World;

  beforeEach(async function () {
    await needGo(this);
    world = await World.begin();
  });

  afterEach(() => world?.end());

  const expectToldOnce = (): void => {
    expect(world.mailbox.mails().map(({ subject }) => subject)).to.have.length(1);
    expect(world.webhooks.alerts().map(({ alert }) => alert.labels['function'])).to.deep.equal([
      LEAKING_FUNCTION,
    ]);
  };

  it('of the killed daemon makes it go on from its saved profiles, and tells of a leak once', async () => {
    const shop = await world.program('leaky', LEAK_AT_ONCE);
    const first = await world.daemon({ shop: shop.url });
    const halfway = await untilStatus(first, 'shop', (status) => freshOf(status) >= 12);
    await first.stop('SIGKILL');
    expect(world.mailbox.mails(), 'nothing is told before the verdict').to.deep.equal([]);

    const second = await world.daemon({ shop: shop.url });
    const rebuilt = await untilStatus(second, 'shop', (status) => freshOf(status) > 0);
    expect(freshOf(rebuilt)).to.be.at.least(freshOf(halfway));
    await untilTold(world, second);
    const told = await incidentsOf(second);
    await second.stop('SIGKILL');

    const third = await world.daemon({ shop: shop.url });
    const again = await untilStatus(third, 'shop', foundLeak);
    await untilStatus(third, 'shop', (s) => freshOf(s) >= freshOf(again) + SILENT_PROFILES);
    expect((await incidentsOf(third)).map(({ id }) => id)).to.deep.equal(told.map(({ id }) => id));
    expectToldOnce();
  });

  it('of the target begins a new epoch, and the leak stays one incident that is told once', async () => {
    const before = await world.program('leaky', LEAK_AT_ONCE);
    const sameAddress = [...LEAK_AT_ONCE, '-listen', new URL(before.url).host];
    const daemon = await world.daemon({ shop: before.url });
    await untilStatus(daemon, 'shop', (status) => freshOf(status) >= 12);
    await before.stop();

    const after = await world.program('leaky', sameAddress);
    const found = await untilStatus(daemon, 'shop', foundLeak);
    expect(found.verdict?.epochs).to.equal(2);
    expect(freshOf(found), 'the old process is no evidence').to.be.at.least(MIN_PROFILES);
    await untilTold(world, daemon);
    const told = await incidentsOf(daemon);
    await after.stop();

    await world.program('leaky', sameAddress);
    await untilStatus(daemon, 'shop', (s) => s.verdict?.epochs === 3 && foundLeak(s));
    expect((await incidentsOf(daemon)).map(({ id }) => id)).to.deep.equal(told.map(({ id }) => id));
    expectToldOnce();
  });
});
