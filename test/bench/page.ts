import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../browser/browser.ts';
import { fleetOf, serveRecorded } from '../support/recorded-fleet.ts';
import { median } from './median.ts';

const TARGETS = 2_000;
const RUNS = 9;

interface FirstView {
  /** Compressed, with the headers, of all that the first view asks for. */
  readonly wireBytes: number;
  readonly requests: number;
  /** From the start of the navigation to the end of the load event. */
  readonly loadMs: number;
  /** From the first key in the filter to the page that answers it. */
  readonly filterMs: number;
}

/** The first view of a large fleet in Chromium with an empty cache, as one line of JSON. */
export async function benchPage(): Promise<void> {
  const web = await serveRecorded(fleetOf(TARGETS));
  const browser = await openBrowser();
  try {
    const views: FirstView[] = [];
    for (let run = 0; run < RUNS; run++) views.push(await firstView(browser, web.url));
    const of = (figure: (view: FirstView) => number) => Math.round(median(views.map(figure)));
    const result = {
      bench: 'page',
      targets: TARGETS,
      runs: RUNS,
      wireBytes: of(({ wireBytes }) => wireBytes),
      requests: of(({ requests }) => requests),
      loadMs: of(({ loadMs }) => loadMs),
      filterMs: of(({ filterMs }) => filterMs),
      interactiveMs: of(({ loadMs, filterMs }) => loadMs + filterMs),
    };
    console.log(JSON.stringify(result));
  } finally {
    await browser.close();
    await web.close();
  }
}

async function firstView(browser: Browser, url: string): Promise<FirstView> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const wire = await watchWire(page);
  await page.goto(url, { waitUntil: 'load' });
  const { bytes: wireBytes, requests } = wire();
  const loadMs = await page.evaluate<number>(
    `performance.getEntriesByType('navigation')[0].loadEventEnd`,
  );
  const filterMs = await answerToFirstKey(page);
  await context.close();
  return { wireBytes, requests, loadMs, filterMs };
}

async function watchWire(page: Page): Promise<() => { bytes: number; requests: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  return () => ({ bytes, requests });
}

/** Timed within the page, so that the way to it and back does not count. */
async function answerToFirstKey(page: Page): Promise<number> {
  const answered = page.evaluate<number>(`new Promise((resolve) => {
    let pressed;
    document.querySelector('input[name=q]').addEventListener('keydown', () => { pressed = performance.now(); });
    new MutationObserver(() => requestAnimationFrame(() => resolve(performance.now() - pressed)))
      .observe(document.getElementById('fleet-found'), { childList: true });
  })`);
  await page.locator('input[name=q]').press('7');
  return answered;
}
