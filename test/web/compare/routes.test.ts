import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { startWeb } from '../../../src/web/server.ts';
import type { Web } from '../../../src/web/server.ts';
import { fixtureProfile } from '../../support/fixture-profiles.ts';
import { profileBytes } from '../profiles.ts';
import { NOW, dashboardOf, silentLog, target } from '../values.ts';

const STORE = 'example.com/shop/session.(*Store).Create';
const FILES: Readonly<Record<string, Uint8Array>> = {
  'a.pb.gz': profileBytes(`main;${STORE}:17 1048576\nmain;cache.Put 524288`),
  'b.pb.gz': profileBytes(`main;${STORE}:17 9437184\nmain;cache.Put 262144`),
  'broken.pb.gz': Uint8Array.of(31, 139, 8, 0, 1, 2, 3),
};

describe('comparing two saved profiles', function () {
  this.timeout(60_000);
  let web: Web;
  let extra: Readonly<Record<string, Uint8Array>> = {};

  before(async () => {
    extra = { 'cpu.pb.gz': await readFile(fixtureProfile('go1.26/cpu.pb.gz')) };
    const saved = ['a.pb.gz', 'b.pb.gz'].map((file, hour) => ({
      file,
      at: NOW + hour * 3_600_000,
      bytes: 9,
    }));
    web = await startWeb(
      { host: '127.0.0.1', port: 0, clock: { now: () => NOW, sleep: () => Promise.resolve() } },
      dashboardOf({
        targets: () => [target()],
        profiles: (name) => Promise.resolve(name === 'checkout-1' ? saved : undefined),
        readProfile: (_, file) => Promise.resolve({ ...FILES, ...extra }[file]),
      }),
      silentLog,
    );
  });

  after(() => web.close());

  const page = (query = '') => fetch(`${web.url}/targets/checkout-1/compare${query}`);
  const flames = (file: string) => fetch(`${web.url}/api/v1/targets/checkout-1/flamegraph.${file}`);

  it('shows what grew in total, in the picture and in the table', async () => {
    const text = await (await page()).text();
    const words = text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(words).to.contain('+7.75MiB (517%) of inuse_space: from 1.5MiB to 9.25MiB');
    expect(words).to.contain(`${STORE}: 1MiB to 9MiB (+8MiB, 800%)`);
    expect(words).to.contain(`+8MiB 533% 533% +8MiB 533% ${STORE}`);
    expect(words).to.contain('-256KiB -16.7% 517% -256KiB -16.7% cache.Put');
    expect(words).to.contain('shares are of 1.5MiB, the profile before');
  });

  it('shows callers, callees and lines of one function, whatever its name', async () => {
    const text = await (await page(`?function=${encodeURIComponent(STORE)}`)).text();
    const [, around = ''] = text
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .split('Around');
    expect(around).to.contain('flat +8MiB (533%)');
    expect(around).to.match(/Callers .*\+8MiB main .*It allocates by itself alone/);
    expect(around).to.contain('+8MiB +8MiB example.go:17');
    const none = await (await page('?function=%3Cb%3Enone')).text();
    expect(none).to.contain('No stack goes through').and.contain('&lt;b&gt;none');
  });

  it('gives each frame a link to a closer view, which shows that frame as wide as all', async () => {
    const text = await (await page()).text();
    const [, query = ''] =
      new RegExp(`href="([^"]*zoom=[^"]*)" aria-label="cache.Put:`).exec(text) ?? [];
    const closer = await (await page(query.replaceAll('&amp;', '&'))).text();
    expect(closer).to.match(/<title>cache.Put: [^<]*<\/title><rect[^>]* width="1200"/);
    expect(closer).to.contain('whole picture').and.not.contain('>session.(*Store).Create</text>');
  });

  it('is the same picture as SVG and as PNG by itself', async () => {
    const svg = await flames('svg?before=a.pb.gz&after=b.pb.gz&sample=inuse_objects');
    expect(svg.headers.get('content-type')).to.equal('image/svg+xml; charset=utf-8');
    const text = await svg.text();
    expect(text)
      .to.match(/^<svg xmlns=/)
      .and.contain('checkout-1: inuse_objects, what changed');
    expect(text).to.match(/Create: 104,85\d to 943,71\d \(\+838,86\d, 800%\)/);
    const png = await flames('png?theme=dark');
    expect(png.headers.get('content-type')).to.equal('image/png');
    const bytes = Buffer.from(await png.arrayBuffer());
    expect(bytes.subarray(1, 4).toString()).to.equal('PNG');
    expect(bytes.readUInt32BE(16)).to.equal(2_400);
    expect(bytes.length).to.be.above(5_000);
  });

  it('draws the call graph around a function, each box a link to its own', async () => {
    const text = await (await page(`?function=main&sort=cum`)).text();
    const [graph = ''] = /<svg[^>]*class="calls".*?<\/svg>/s.exec(text) ?? [];
    expect(graph).to.contain(
      'Calls: example.com/shop/session.(*Store).Create +8MiB, cache.Put -256KiB.',
    );
    const [, link = ''] =
      /<a class="box" href="([^"]*)" aria-label="calls cache.Put: -256KiB/.exec(graph) ?? [];
    expect(link).to.match(/sort=cum.*function=cache.Put#function$/);
    const next = await (await page(link.replaceAll('&amp;', '&').replace('#function', ''))).text();
    expect(next).to.contain('aria-label="called by main: -256KiB (-16.7%)"');
  });

  it('has the call graph as SVG and as PNG by itself, of a function that is named', async () => {
    const calls = (query: string) =>
      fetch(`${web.url}/api/v1/targets/checkout-1/callgraph.${query}`);
    expect(await (await calls('svg?function=main')).text())
      .to.match(/^<svg xmlns=/)
      .and.contain('calls of main, a.pb.gz to b.pb.gz');
    const png = Buffer.from(await (await calls('png?function=main')).arrayBuffer());
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16)]).to.deep.equal(['PNG', 2_400]);
    expect((await calls('svg')).status).to.equal(400);
    expect((await calls('png?function=none')).status).to.equal(404);
  });

  it('compares a window of the history by a link that stays', async () => {
    const hour = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
    const both = await (await page(`?from=${hour(-1)}&to=${hour(1)}`)).text();
    expect(both).to.contain('the first and the last of 2 profiles in').and.contain('+7.75MiB');
    expect(both).to.match(/href="\?from=[^"]*zoom=/);
    expect(both).to.contain('name="from" step="1" value="2026-05-03T12:00:00"');
    const one = await (await page(`?from=${hour(0.5)}`)).text();
    expect(one.replaceAll(/\s+/g, ' ')).to.contain('one profile has nothing to compare with');
    const none = await page(`?from=${hour(2)}`);
    expect(none.status).to.equal(404);
    expect(await none.text()).to.contain('none is saved of it in this window');
    expect((await page('?to=noon')).status).to.equal(400);
  });

  it('says what is wrong with what cannot be compared', async () => {
    const told = async (query: string) => {
      const response = await flames(`svg?${query}`);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    expect(await told('after=gone.pb.gz')).to.deep.equal([
      404,
      'profile: "checkout-1" has none named "a.pb.gz" or "gone.pb.gz"; its page lists them',
    ]);
    expect((await told('before=../../etc/passwd'))[0]).to.equal(404);
    expect((await told('after=broken.pb.gz')).join()).to.match(/^422,profile: .*/);
    expect((await told('after=cpu.pb.gz')).join()).to.match(/^422,profile: no Go heap profile/);
    expect((await fetch(`${web.url}/targets/none/compare`)).status).to.equal(404);
  });
});
