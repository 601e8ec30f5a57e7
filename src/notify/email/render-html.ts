import { html, raw } from 'hono/html';
import { formatBytes } from '../../config/units.ts';
import { percent } from '../words.ts';
import type { Fact, SuspectView } from './evidence.ts';
import { DARK_SHEET, STATE_COLOURS, STYLE } from './style.ts';
import type {
  EmailView,
  Link,
  ProfilesView,
  ShownPicture,
  SourceView,
  TargetView,
} from './view.ts';

/** What `html` makes: text in which every value is already escaped. */
type Markup = ReturnType<typeof html> | '';

/** The mail as one HTML page of nothing but itself: no script, no picture but those that come along, nothing loaded from elsewhere. */
export function renderHtml(view: EmailView): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${view.subject}</title>
        <style>
          ${raw(DARK_SHEET)}
        </style>
      </head>
      <body class="page" style="${STYLE.body}">
        <div role="main">
          <table
            role="presentation"
            class="page"
            cellspacing="0"
            cellpadding="0"
            style="${STYLE.outer}"
          >
            <tr>
              <td style="padding:12px">
                <table
                  role="presentation"
                  class="card"
                  cellspacing="0"
                  cellpadding="0"
                  style="${STYLE.card}"
                >
                  <tr>
                    <td style="${STYLE.cell}">${content(view)}</td>
                  </tr>
                </table>
              </td>
            </tr>
          </table>
        </div>
      </body>
    </html> `;
  if (page instanceof Promise) throw new Error('a mail has no part that must be waited for');
  return page.toString();
}

function content(view: EmailView): Markup {
  return html`${mark(view)}
    <h1 style="${STYLE.title}">${view.headline}</h1>
    ${view.lead.map((line) => html`<p style="${STYLE.lead}">${line}</p>`)} ${bar(view)}
    ${facts(view.standing)} ${view.suspects.slice(0, 1).map(suspect)} ${source(view.source)}
    ${labels(view)} ${view.suspects.slice(1).map(alsoGrowing)} ${pictures(view.pictures)}
    ${advice(view)} ${heading('Why heapwarden says so')}
    <p style="${STYLE.lead}">${view.reason}</p>
    ${view.newest === undefined ? '' : html`<p style="${STYLE.lead}">${view.newest}</p>`}
    ${facts(view.numbers)} ${targets(view.targets)} ${profiles(view.profiles)}
    <p style="margin:24px 0 0">${view.links.map(button)}</p>
    <p class="dim" style="${STYLE.footer}">${view.footer}</p>`;
}

function mark({ state }: EmailView): Markup {
  const style = `display:inline-block;padding:2px 10px;border-radius:10px;background:${STATE_COLOURS[state]};color:#ffffff;font-size:13px;font-weight:600`;
  return html`<span style="${style}">${state}</span>`;
}

/** Memory against its limit; where CSS is dropped nothing is missed, as the figure stands below. */
function bar({ memoryShare, state }: EmailView): Markup {
  if (memoryShare === undefined) return '';
  const style = `width:${percent(memoryShare)};height:8px;border-radius:4px;background:${STATE_COLOURS[state]}`;
  return html`<div class="track" style="${STYLE.track}"><div style="${style}"></div></div>`;
}

function facts(all: readonly Fact[]): Markup {
  return html`<table cellspacing="0" cellpadding="0" style="width:100%;margin-top:8px">
    ${all.map(
      ({ label, value }) =>
        html`<tr>
          <td class="dim" style="${STYLE.label}">${label}</td>
          <td style="${STYLE.value}">${value}</td>
        </tr>`,
    )}
  </table>`;
}

function suspect(view: SuspectView): Markup {
  return html`${heading('Suspect')}${suspectBox(view)}`;
}

function alsoGrowing(view: SuspectView): Markup {
  return html`${heading('Also growing')}${suspectBox(view)}`;
}

/** Bytes and code by line; the suspect's stands out, also where colours are dropped. */
function source(view: SourceView | undefined): Markup {
  if (view === undefined) return '';
  const { title, lines, link: where } = view;
  const rows = lines.map(
    ({ line, text, inuseBytes, isSuspect }) =>
      html`<tr class="${isSuspect ? 'hit' : ''}" style="${isSuspect ? STYLE.hit : ''}">
        <td class="dim" style="${STYLE.lineNumber}">${line}</td>
        <td style="${STYLE.held}">${inuseBytes > 0 ? formatBytes(inuseBytes) : ''}</td>
        <td style="${STYLE.codeLine}">${text}</td>
      </tr>`,
  );
  const listing = html`<div class="box" style="${STYLE.box}">
    <p class="dim" style="${STYLE.small}">${title}, in use by line:</p>
    <table cellspacing="0" cellpadding="0" style="${STYLE.listing}">
      ${rows}
    </table>
  </div>`;
  return html`${heading('Source')} ${rows.length === 0 ? '' : listing}
  ${where === undefined ? '' : html`<p style="${STYLE.lead}">${link(where)}</p>`}`;
}

function labels({ labels: all }: EmailView): Markup {
  if (all === undefined) return '';
  return html`<p style="${STYLE.lead}">
    <span class="dim" style="${STYLE.dim}">Labels:</span> ${all}
  </p>`;
}

function suspectBox(view: SuspectView): Markup {
  return html`<div class="box" style="${STYLE.box}">
    <div style="${STYLE.name}">${view.function}</div>
    <p class="dim" style="${STYLE.small}">
      ${view.place === undefined ? '' : `${view.place} · `}${view.growth}
    </p>
    ${
      view.beside === undefined
        ? ''
        : html`<p class="dim" style="${STYLE.small}">${view.beside}</p>`
    }
    ${callPath(view)}
  </div>`;
}

function callPath({ stack }: SuspectView): Markup {
  if (stack.length === 0) return '';
  return html`<p class="dim" style="${STYLE.small}">Call path, innermost first:</p>
    <div style="${STYLE.code}">${stack.map((name) => html`<div>${name}</div>`)}</div>`;
}

function pictures(all: readonly ShownPicture[]): Markup {
  if (all.length === 0) return '';
  return html`${heading('What it looks like')} ${all.map(picture)}`;
}

/** The width is for Outlook, which minds no `max-width`; the height keeps the place until it is there. */
function picture({ title, alt, shown }: ShownPicture): Markup {
  if (shown === undefined) return html`<p style="${STYLE.lead}">${title}: ${alt}</p>`;
  const height = Math.round((PICTURE_WIDTH * shown.height) / shown.width);
  return html`<img
    src="cid:${shown.cid}"
    alt="${`${title}: ${alt}`}"
    width="${PICTURE_WIDTH}"
    height="${height}"
    style="${STYLE.picture}"
  />`;
}

const PICTURE_WIDTH = 600;

function advice({ advice: given }: EmailView): Markup {
  if (given === undefined) return '';
  return html`${heading(`What grows: ${given.kind}`)}
    <p style="${STYLE.lead}">${given.firstLook}</p>`;
}

function targets(views: readonly TargetView[]): Markup {
  if (views.length === 0) return '';
  return html`${heading('Targets')}
    <table cellspacing="0" cellpadding="0" style="width:100%">
      ${views.map(
        (view) =>
          html`<tr>
            <td style="${STYLE.value};padding-right:14px">${link(view)}</td>
            <td style="${STYLE.value}">${view.standing}</td>
          </tr>`,
      )}
    </table>`;
}

function profiles(view: ProfilesView | undefined): Markup {
  if (view === undefined) return '';
  return html`${heading('Profiles')}
    <p style="${STYLE.lead}">${view.note}</p>
    <div class="box" style="${STYLE.box};${STYLE.code}">${view.command}</div>
    <p style="margin:10px 0 0">${view.links.map((each) => html`${link(each)} &ensp;`)}</p>`;
}

function heading(text: string): Markup {
  return html`<h2 class="dim" style="${STYLE.heading}">${text}</h2>`;
}

function link({ label, url }: Link): Markup {
  return html`<a class="link" href="${url}" style="${STYLE.link}">${label}</a>`;
}

function button({ label, url }: Link): Markup {
  return html`<a class="button" href="${url}" style="${STYLE.button}">${label}</a>`;
}
