import { html } from 'hono/html';
import type { Html } from './format.ts';
import { utcTime } from './format.ts';
import { SCRIPT_VERSION } from './client-script.ts';
import { STYLESHEET_VERSION } from './stylesheet.ts';

/** What every page is drawn with. */
export interface View {
  /** Unix milliseconds. */
  readonly now: number;
  /** From the page to `/`, as `../`: links stay right behind a proxy that puts the pages below a path. */
  readonly root: string;
  /** Of the server as others reach it, without a trailing slash; for commands to copy. */
  readonly baseUrl: string;
  /** Why nothing can be changed from where the page is looked at; absent where it can. */
  readonly readOnly?: string | undefined;
}

/** What says nothing of targets needs no time. */
type Frame = Pick<View, 'root'> & Partial<Pick<View, 'now'>>;

export function layout(title: string, { root, now }: Frame, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · heapwarden</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${root}style.css?v=${STYLESHEET_VERSION}" />
        <script src="${root}page.js?v=${SCRIPT_VERSION}" defer></script>
      </head>
      <body>
        <header>
          <a class="home" href="${root}">heapwarden</a>
          <nav aria-label="Pages">
            <a href="${root}">Targets</a>
            <a href="${root}status">Status</a>
            <a href="${root}api/v1/targets">API</a>
            <a href="${root}metrics">Metrics</a>
          </nav>
          ${now === undefined ? '' : asOf(now)}
        </header>
        <main>${body}</main>
      </body>
    </html>`;
}

/** Times on a page are told from the moment at which it was made: a page left open, or printed, does not show that. */
function asOf(now: number): Html {
  return html`<p class="as-of">as of ${utcTime(now)} UTC <a id="aged" href="" hidden></a></p>`;
}

export function errorPage(title: string, message: string, view: Pick<View, 'root'>): Html {
  return layout(
    title,
    view,
    html`<h1>${title}</h1>
      <p>${message}</p>
      <p><a href="${view.root}">All targets</a></p>`,
  );
}
