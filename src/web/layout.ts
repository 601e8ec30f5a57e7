import { html } from 'hono/html';
import type { Html } from './format.ts';
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
}

export function layout(title: string, view: Pick<View, 'root'>, body: Html): Html {
  const { root } = view;
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
        </header>
        <main>${body}</main>
      </body>
    </html>`;
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
