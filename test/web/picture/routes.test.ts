import { expect } from 'chai';
import { startWeb } from '../../../src/web/server.ts';
import type { Web } from '../../../src/web/server.ts';
import { profileBytes } from '../profiles.ts';
import {
  NOW,
  climb,
  dashboardOf,
  reading,
  silentLog,
  suspect,
  target,
  verdict,
} from '../values.ts';
import { MemoryHistory } from '../../../src/memory/memory-history.ts';

const HOUR = 3_600_000;

describe('the pictures of a target', () => {
  let web: Web;

  before(async () => {
    const history = new MemoryHistory();
    for (const { at, bytes } of climb(60, 600, 1_100))
      history.add(reading({ at, rssBytes: bytes }));
    const generic = 'cache.(*Map[...]).Put';
    web = await startWeb(
      { host: '127.0.0.1', port: 0, clock: { now: () => NOW, sleep: () => Promise.resolve() } },
      dashboardOf({
        targets: () => [
          target({ verdict: verdict('leak', { suspects: [suspect({ function: generic })] }) }),
        ],
        memory: () => history.points(),
        profiles: () =>
          Promise.resolve(
            [1, 2, 3].map((hour) => ({ file: `${hour}.pb.gz`, at: NOW + hour * HOUR, bytes: 9 })),
          ),
        readProfile: (_, file) =>
          Promise.resolve(
            profileBytes(`main;cache.(*Map[go.shape.int]).Put ${file[0]}048576\nmain;x 9000000`),
          ),
      }),
      silentLog,
    );
  });

  after(() => web.close());

  const ask = (file: string) => fetch(`${web.url}/api/v1/targets/checkout-1/${file}`);

  it('are SVG and PNG, light and dark', async () => {
    for (const name of ['memory', 'goroutines', 'stacks', 'growth']) {
      const svg = await (await ask(`${name}.svg`)).text();
      expect(svg, name).to.match(/^<svg xmlns=/);
      expect(await (await ask(`${name}.svg?theme=dark`)).text(), name).to.not.equal(svg);
      const png = Buffer.from(await (await ask(`${name}.png`)).arrayBuffer());
      expect([png.subarray(1, 4).toString(), png.readUInt32BE(16)]).to.deep.equal(['PNG', 1_920]);
    }
  });

  it('show the growth of a suspect from its saved profiles, type arguments or not', async () => {
    const svg = await (await ask('growth.svg')).text();
    expect(svg).to.contain('cache.(*Map[...]).Put from 1MiB to 2.91MiB');
  });

  it('are refused, as the page is, for a time that there is none of', async () => {
    const error = 'range: there is none of "9x"; write 1h, 6h, 1d or 7d';
    const picture = await ask('memory.svg?range=9x');
    expect([picture.status, await picture.json()]).to.deep.equal([400, { error }]);
    const page = await fetch(`${web.url}/targets/checkout-1?range=%3Cscript%3E`);
    expect(page.status).to.equal(400);
    expect(await page.text()).to.contain('none of &quot;&lt;script&gt;&quot;; write 1h');
  });

  it('look as far back as is asked for, and are drawn for a phone too', async () => {
    const day = await (await ask('memory.svg')).text();
    const hour = await (await ask('memory.svg?range=1h')).text();
    expect([day, hour].map((svg) => /resident set from (\S+)/.exec(svg)?.[1])).to.deep.equal([
      '600MiB',
      '998.3MiB',
    ]);
    const narrow = await (await ask('memory.svg?size=narrow')).text();
    expect(narrow).to.contain('viewBox="0 0 440 260"');
    expect(await (await ask('memory.svg?size=9')).text()).to.equal(day);
    const page = await (await fetch(`${web.url}/targets/checkout-1?range=1h`)).text();
    expect(page)
      .to.contain('memory.svg?range=1h')
      .and.to.match(/aria-current="true"\s*>an hour</);
  });

  it('are on the page of the target, with what they show in words', async () => {
    const page = await (await fetch(`${web.url}/targets/checkout-1`)).text();
    expect(page).to.contain(
      'alt="Memory of checkout-1 over time: resident set from 600MiB to 1.07GiB',
    );
    expect(page).to.contain('src="../api/v1/targets/checkout-1/growth.svg"');
  });

  it('show the first minute of a target as soon as it was watched for one', async () => {
    const history = new MemoryHistory();
    for (let second = 60; second >= 0; second -= 3) {
      history.add(reading({ at: NOW - 1_000 * second, rssBytes: (100 - second) * 2 ** 20 }));
    }
    const young = await startWeb(
      { host: '127.0.0.1', port: 0, clock: { now: () => NOW, sleep: () => Promise.resolve() } },
      dashboardOf({ targets: () => [target()], memory: () => history.points() }),
      silentLog,
    );
    const page = await (await fetch(`${young.url}/targets/checkout-1`)).text();
    await young.close();
    expect(page).to.contain('resident set from 40MiB to 100MiB').and.to.contain('memory.svg');
  });

  it('show what grew most in a quiet target too, by its history, and as JSON', async () => {
    const points = [1, 2, 3].map((hour) => ({ at: NOW + hour * HOUR, bytes: hour * 2 ** 20 }));
    const grown = {
      function: 'shop/cart.<b>Add',
      inuseBytes: 3 * 2 ** 20,
      growthBytes: 2 * 2 ** 20,
      points,
    };
    const quiet = await startWeb(
      { host: '127.0.0.1', port: 0 },
      dashboardOf({ targets: () => [target()], growth: () => Promise.resolve([grown]) }),
      silentLog,
    );
    const url = `${quiet.url}/api/v1/targets/checkout-1/growth`;
    const svg = await (await fetch(`${url}.svg`)).text();
    expect(svg).to.contain('cart.&lt;b&gt;Add from 1MiB to 3MiB').and.to.not.contain('<b>');
    expect(await (await fetch(url)).json()).to.deep.equal({ functions: [grown] });
    expect((await fetch(url.replace('checkout-1', 'none'))).status).to.equal(404);
    await quiet.close();
  });

  it('are of targets there are', async () => {
    const response = await fetch(`${web.url}/api/v1/targets/none/memory.svg`);
    expect([response.status, await response.json()]).to.deep.equal([
      404,
      { error: 'target: no target is named "none"; /api/v1/targets lists them' },
    ]);
  });
});
