import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { CHROMIUM, WINDOWS, openBrowser, openPage, takeScreenshot } from '../browser/browser.ts';
import { exitOnSignal } from '../support/exit-on-signal.ts';
import { Stage } from './stage.ts';

const FOR_README = join(import.meta.dirname, '../../../fixtures/pictures');
const USAGE = `usage: npm run screenshots -- [FOLDER]
  Takes pictures of every page of a real daemon, light and dark, wide and narrow, into FOLDER (./dist/screenshots),
  and those of the README into fixtures/pictures. Needs Chromium, and Go for those of the README.`;
const WITHOUT_GO =
  'screenshots: no go on the path, so recorded profiles are shown and the pictures of the README stay as they are; install Go to take those too';

/** What the README shows, as high as fits beside its text. */
const CHOSEN = [
  { page: 'fleet', colorScheme: 'light', height: 820 },
  { page: 'target', colorScheme: 'light', height: 820 },
  { page: 'incident', colorScheme: 'light', height: 820 },
  { page: 'compare', colorScheme: 'dark', height: 820 },
  { page: 'status', colorScheme: 'dark', height: 820 },
] as const;

async function takeAll(folder: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const stage = await Stage.open();
    try {
      await takePages(browser, stage, folder);
    } finally {
      await stage.close();
    }
  } finally {
    await browser.close();
  }
}

async function takePages(browser: Browser, stage: Stage, folder: string): Promise<void> {
  const chosen = stage.isOfGo ? CHOSEN : [];
  if (!stage.isOfGo) console.log(WITHOUT_GO);
  const pages = await stage.pages();
  await mkdir(folder, { recursive: true });
  for (const { page, colorScheme, height } of chosen) {
    await take(browser, pages[page], {
      colorScheme,
      viewport: { width: 1_100, height },
      path: join(FOR_README, `page-${page}.png`),
      fullPage: false,
    });
  }
  const all = Object.entries(pages).flatMap(([name, url]) =>
    WINDOWS.map((window) => ({ url, ...window, name: `${name}-${window.name}.png` })),
  );
  for (const { url, name, ...window } of all) {
    await take(browser, url, { ...window, path: join(folder, name), fullPage: true });
  }
}

interface Shot {
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  readonly path: string;
  readonly fullPage: boolean;
}

async function take(browser: Browser, url: string, shot: Shot): Promise<void> {
  const { colorScheme, viewport, path, fullPage } = shot;
  const { page, complaints, close } = await openPage(browser, url, { colorScheme, viewport });
  await takeScreenshot(page, path, { fullPage });
  await close();
  if (complaints.length > 0) throw new Error(`${url}: ${complaints.join('; ')}`);
  console.log(path);
}

exitOnSignal();
const [folder = 'dist/screenshots', ...more] = process.argv.slice(2);
if (more.length > 0 || folder.startsWith('-')) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (!existsSync(CHROMIUM)) {
  console.error(
    `screenshots: no Chromium at ${CHROMIUM}; install one (on Debian: apt-get install chromium), or set CHROMIUM to its path`,
  );
  process.exitCode = 1;
} else {
  await takeAll(resolve(folder)).catch((error: unknown) => {
    console.error(`screenshots: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
