import { html } from 'hono/html';
import type { Place, Suspect } from '../growth/verdict.ts';
import type { Html } from './format.ts';
import { count, moment, pathPart, percent, size, spell } from './format.ts';
import { rateWithBounds } from './growth-rate.ts';
import type { View } from './layout.ts';

/** Where they are suspected. */
export interface Where {
  readonly target: string;
  /** Since when it is not read; `undefined` where it is. */
  readonly unreadSince: number | undefined;
}

/** Each suspect with its figures and its call path, the strongest first. */
export function suspectList(where: Where, suspects: readonly Suspect[], view: View): Html {
  return html`<ol class="suspects">
    ${suspects.map((suspect) => html`<li>${suspectItem(where, suspect, view)}</li>`)}
  </ol>`;
}

function suspectItem(where: Where, suspect: Suspect, view: View): Html {
  return html`<h3>${place(suspect)}</h3>
    <p class="facts">
      ${rateWithBounds(suspect)} · grew by ${size(suspect.growthBytes)} since
      ${moment(suspect.since, view.now)} · ${size(suspect.inuseBytes)} in use ·
      ${percent(suspect.share)} of all growth is laid at it · ${percent(suspect.survival)} of what
      it allocated is still in use · ${count(suspect.samples)} samples, z ${suspect.z.toFixed(1)}
    </p>
    ${aloneLine(suspect)} ${standstillLine(suspect, where, view)}
    <p>allocated in ${place(suspect.allocator)}; the call path, innermost first:</p>
    ${callPath(suspect)}
    <p>
      <a
        href="${view.root}targets/${pathPart(where.target)}/compare?function=${pathPart(suspect.function)}#function"
        >its callers, callees and lines</a
      >
      from the first saved profile of its process to the last.
    </p>`;
}

/** What is said of it alone, where that need not be what is said above. */
function aloneLine({ state, reason }: Suspect): Html {
  if (state === undefined) return html``;
  return html`<p>${state}${reason === undefined ? '' : `: ${reason}`}</p>`;
}

function standstillLine({ standstill }: Suspect, { unreadSince }: Where, { now }: View): Html {
  if (standstill === undefined) return html``;
  if (unreadSince !== undefined)
    return html`<p>
      That is of the past: it had not grown for ${spell(standstill.since, unreadSince)} when it was
      last read.
    </p>`;
  return html`<p>That is of the past: it has not grown since ${moment(standstill.since, now)}.</p>`;
}

export function callPath({ stack, function: suspected }: Suspect): Html {
  if (stack.length === 0) return html``;
  return html`<ol class="stack">
    ${stack.map((name) =>
      name === suspected
        ? html`<li>
            <strong><code>${name}</code></strong>
          </li>`
        : html`<li><code>${name}</code></li>`,
    )}
  </ol>`;
}

function place({ function: name, file, line }: Place): Html {
  return html`<code>${name}</code> <small class="place">${file}:${line}</small>`;
}
