import { expect } from 'chai';
import type { ListStanding } from '../../src/discovery/discovery.ts';
import type { DaemonStatus } from '../../src/web/status.ts';
import { served, wordsAt } from './served.ts';
import { target } from './values.ts';

const list = (source: string, problem: string | undefined): ListStanding => ({
  group: 'cart',
  source,
  found: 1,
  targets: 1,
  readAt: 1,
  isRead: problem === undefined,
  problem,
});

/** The first page where lists stand so, or where the newest configuration was refused. */
async function pageWith(discovery: readonly ListStanding[], problem?: string): Promise<string> {
  const status = { discovery, config: { problem } } as Partial<DaemonStatus> as DaemonStatus;
  return served({ targets: () => [target()], status: () => Promise.resolve(status) }, (url) =>
    wordsAt(`${url}/`),
  );
}

describe('the first page', () => {
  it('says which lists of targets cannot be read, above all that looks well', async () => {
    const page = await pageWith([
      list('a.json', undefined),
      list('b.json', 'not JSON: <b>'),
      list('dns c.example.com', 'ENOTFOUND'),
      list('d.json', undefined),
    ]);
    expect(page).to.contain('2 of 4 lists of targets cannot be read: what is new there');
    expect(page).to.contain('cart, b.json: not JSON: &lt;b&gt; cart, dns c.example.com: ENOTFOUND');
    expect(page.indexOf('2 of 4 lists')).to.be.below(page.indexOf('1 target'));
  });

  it('says that a new configuration was refused, and not what it says, which is on /status', async () => {
    expect(await pageWith([], 'hw.yaml:3:1 target: unknown key'))
      .to.match(/The new configuration was refused ?: the one before it is in force\./)
      .and.not.contain('unknown key');
    expect(await pageWith([])).to.not.contain('refused');
  });

  it('names a few of them, and how many more there are', async () => {
    const page = await pageWith(Array.from({ length: 8 }, (_, at) => list(`${at}.json`, 'gone')));
    expect(page).to.contain('cart, 4.json: gone and 3 more').and.not.contain('5.json');
  });

  it('says nothing of lists where each can be read, or there are none', async () => {
    const wellRead = [list('a.json', undefined), { ...list('b.json', 'an entry'), isRead: true }];
    expect(await pageWith(wellRead)).to.not.contain('of targets cannot');
    expect(await pageWith([])).to.not.contain('of targets cannot');
  });
});
