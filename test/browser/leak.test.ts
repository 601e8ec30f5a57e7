import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import type { RunningDaemon } from '../support/daemon.ts';
import {
  LEAKING_FUNCTION,
  LEAKING_METHOD,
  LEAK_AT_ONCE,
  World,
  foundLeak,
  untilStatus,
} from '../support/e2e.ts';
import { needGo } from '../support/go.ts';
import { until } from '../support/until.ts';
import { follow, needChromium, openBrowser, openPage } from './browser.ts';

const run = promisify(execFile);

describe('a leak, seen in a browser', function () {
  this.timeout(300_000);
  let world: World;
  let daemon: RunningDaemon;
  let browser: Browser;

  before(async function () {
    needChromium(this);
    await needGo(this);
    world = await World.begin();
    const shop = await world.program('leaky', LEAK_AT_ONCE);
    daemon = await world.daemon({ shop: shop.url });
    browser = await openBrowser();
    await untilStatus(daemon, 'shop', foundLeak);
  });

  after(async () => {
    await browser?.close();
    await world?.end();
  });

  it('has its function on the first page, and is read off in the flame graph of two profiles', async () => {
    const { page, complaints, close } = await openPage(browser, `${daemon.url}/`);
    const row = page.locator('.targets tbody tr', { hasText: 'shop' }).last();
    // Between two profiles a young suspect may be "growing" again for a moment.
    await until('the page to show a suspect', 60_000, async () => {
      const state = await row.locator('.badge').textContent();
      if (state === 'suspect' || state === 'leak') return true;
      await page.reload();
      return undefined;
    });
    expect(await row.textContent()).to.contain(LEAKING_FUNCTION);
    await row.locator('a').first().click();
    await follow(page, 'button:has-text("Compare the two chosen")');
    const widest = page.locator('svg.flames a.frame', { hasText: LEAKING_METHOD }).first();
    expect(await widest.locator('rect').getAttribute('class')).to.match(/^grown step[3-6]$/);
    expect(await page.locator('.figures tbody tr').first().textContent()).to.contain('+');
    expect(await page.textContent('.figures')).to.contain(LEAKING_FUNCTION);
    expect(complaints).to.deep.equal([]);
    await close();
  });

  it('is captured anew when that is asked for', async () => {
    const { page, close } = await openPage(browser, `${daemon.url}/targets/shop`);
    await follow(page, 'button:has-text("Capture now")');
    expect(new URL(page.url()).pathname).to.equal('/targets/shop');
    expect(await page.textContent('main')).to.match(/captured (now|\d+s ago)/);
    await close();
  });

  it('gives its profiles to go tool pprof as they were downloaded', async () => {
    const { page, close } = await openPage(browser, `${daemon.url}/targets/shop`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('a[href$=".pb.gz"]').first().click(),
    ]);
    const file = join(world.folder, 'downloaded.pb.gz');
    await download.saveAs(file);
    const { stdout } = await run('go', [
      'tool',
      'pprof',
      '-top',
      '-sample_index=inuse_space',
      file,
    ]);
    expect(stdout).to.contain(LEAKING_FUNCTION);
    await close();
  });

  it('leaves status and configuration to be seen', async () => {
    const { page, complaints, close } = await openPage(browser, `${daemon.url}/status`);
    await page.click('summary');
    const text = await page.textContent('main');
    expect(text).to.contain('profiles_per_target: 200').and.contain('webhook_configs[0]');
    expect(text).to.not.contain(world.webhooks.url);
    expect(complaints).to.deep.equal([]);
    await close();
  });
});
