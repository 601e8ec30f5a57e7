import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SCREENSHOTS = process.env['HEAPWARDEN_SCREENSHOTS'];
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const WINDOWS = [
  { name: 'light-wide', colorScheme: 'light', viewport: { width: 1_300, height: 900 } },
  { name: 'dark-wide', colorScheme: 'dark', viewport: { width: 1_300, height: 900 } },
  { name: 'light-narrow', colorScheme: 'light', viewport: { width: 390, height: 800 } },
  { name: 'dark-narrow', colorScheme: 'dark', viewport: { width: 390, height: 800 } },
] as const;

/** Skips with a word where there is no Chromium; fails instead with HEAPWARDEN_REQUIRE_CHROMIUM=1, as in CI. */
export function needChromium(test: Context): void {
  if (existsSync(CHROMIUM)) return;
  if (process.env['HEAPWARDEN_REQUIRE_CHROMIUM'] === '1')
    throw new Error('chromium is required here');
  console.log(`      skipped: needs chromium at ${CHROMIUM}`);
  test.skip();
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    handleSIGTERM: false,
    handleSIGINT: false,
    handleSIGHUP: false,
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export interface OpenPage {
  readonly page: Page;
  /** What the console said, what a script threw, and what was asked of another origin. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = WINDOWS[0],
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:') {
      complaints.push(`request: ${request.url()}`);
    }
  });
  await page.goto(url, { waitUntil: 'load' });
  return { page, complaints, close: () => context.close() };
}

/** Every rule of axe that the page breaks, with the first place where it does. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes[0].html + ' ' + nodes[0].failureSummary))`);
}

/** Whether the page is wider than its window, so that it scrolls sideways as a whole. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > innerWidth');
}

/** With HEAPWARDEN_SCREENSHOTS=FOLDER, keeps a picture of the page as it is there. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await takeScreenshot(page, join(SCREENSHOTS, `${name}.png`), { fullPage: true });
}

/** Of the whole page or of its window, with all its pictures. */
export async function takeScreenshot(
  page: Page,
  path: string,
  { fullPage }: { readonly fullPage: boolean },
): Promise<void> {
  // Pictures further down are fetched when they come into sight.
  await page.evaluate(`for (const image of document.images) image.loading = 'eager'`);
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path, fullPage });
}

/** Clicks what leads to another page and waits until that is whole: what is counted then is counted in it. */
export async function follow(page: Page, selector: string): Promise<void> {
  const loaded = page.waitForEvent('load');
  await page.click(selector);
  await loaded;
}
