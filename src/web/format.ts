import { html } from 'hono/html';
import { formatBytes, formatDuration } from '../config/units.ts';

/** Markup in which everything that came from elsewhere is escaped. */
export type Html = ReturnType<typeof html>;

const UNKNOWN = '–';

export function size(bytes: number | undefined): string {
  return bytes === undefined ? UNKNOWN : formatBytes(bytes);
}

export function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : value.toLocaleString('en');
}

export function rate(bytesPerHour: number): string {
  return `${bytesPerHour > 0 ? '+' : ''}${formatBytes(bytesPerHour)}/h`;
}

/** A number from 0 to 1. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** How long ago or how soon, with the moment itself for machines and on hovering. */
export function moment(at: number | undefined, now: number): Html {
  if (at === undefined || Number.isNaN(new Date(at).getTime())) return html`${UNKNOWN}`;
  const iso = new Date(at).toISOString();
  const distance = formatDuration(Math.abs(at - now));
  const words =
    Math.abs(at - now) < 1_000 ? 'now' : at < now ? `${distance} ago` : `in ${distance}`;
  return html`<time datetime="${iso}" title="${iso}">${words}</time>`;
}

/** Until when something holds: `14:03 UTC`, with its day where that is not today. */
export function clockTime(at: number, now: number): Html {
  if (Number.isNaN(new Date(at).getTime())) return html`${UNKNOWN}`;
  const iso = new Date(at).toISOString();
  const day = iso.slice(0, 10);
  const today = new Date(now).toISOString().slice(0, 10);
  const words = `${day === today ? '' : `${day} `}${iso.slice(11, 16)} UTC`;
  return html`<time datetime="${iso}" title="${iso}">${words}</time>`;
}

/** How long it is since a moment. */
export function spell(since: number, now: number): Html {
  const words = formatDuration(Math.max(0, now - since));
  const iso = new Date(since).toISOString();
  return html`<time datetime="${iso}" title="since ${iso}">${words}</time>`;
}

/** The moment itself, to the second, and how long ago it was. */
export function instant(at: number, now: number): Html {
  if (Number.isNaN(new Date(at).getTime())) return html`${UNKNOWN}`;
  return html`${utcTime(at)} <small>${moment(at, now)}</small>`;
}

/** `2026-05-03 12:00:00`. */
export function utcTime(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

export function badge(state: string, words = state): Html {
  return html`<span class="badge ${state}">${words}</span>`;
}

/** One part of a path; also safe inside quotes of a shell. */
export function pathPart(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A table, or a word in its place where it would be empty. */
export function table(headings: readonly string[], rows: readonly Html[], whenEmpty: string): Html {
  if (rows.length === 0) return html`<p class="empty">${whenEmpty}</p>`;
  return html`<div
    class="scroll"
    role="group"
    aria-label="${`Table by ${headings[0]?.toLowerCase()}`}"
    tabindex="0"
  >
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

export function counted(amount: number, noun: string): string {
  return `${amount === 0 ? 'No' : amount} ${noun}${amount === 1 ? '' : 's'}`;
}
