import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { simpleParser } from 'mailparser';
import type { Browser, Page } from 'playwright-core';
import { axeViolations, isTooWide, needChromium, openBrowser, WINDOWS } from './browser.ts';

const MAIL = join(import.meta.dirname, '../../../fixtures/pictures/alert.eml');

describe('the mail of a real run, in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let html: string;

  before(async function () {
    needChromium(this);
    browser = await openBrowser();
    // The parser puts the pictures where their ids stood, as mail programs do.
    html = String((await simpleParser(await readFile(MAIL))).html);
  });
  after(() => browser?.close());

  for (const window of WINDOWS) {
    it(`is whole, fits and can be read: ${window.name}`, async () => {
      const context = await browser.newContext(window);
      const page = await context.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.setContent(html, { waitUntil: 'load' });
      expect(await missingPictures(page)).to.deep.equal([]);
      expect(await isTooWide(page)).to.equal(false);
      expect(await axeViolations(page)).to.deep.equal([]);
      expect(asked.filter((url) => !url.startsWith('data:'))).to.deep.equal([]);
      await context.close();
    });
  }

  it('has three pictures, each with its words', async () => {
    const { attachments } = await simpleParser(await readFile(MAIL));
    expect(
      attachments.filter(({ related }) => related).map(({ filename }) => filename),
    ).to.deep.equal(['memory.png', 'growth-1.png', 'flames.png']);
    expect(html.match(/<img[^>]* alt="[^"]{20,}/g)).to.have.length(3);
  });
});

function missingPictures(page: Page): Promise<unknown> {
  return page.evaluate(
    `[...document.images].filter(({ complete, naturalWidth }) => !complete || naturalWidth < 100).map(({ alt }) => alt)`,
  );
}
