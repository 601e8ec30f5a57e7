import { html } from 'hono/html';
import { pileWords } from '../kind-reports.ts';
import { KIND_NAMES } from '../notify/first-look.ts';
import type { Html } from './format.ts';
import { badge, percent, size, table } from './format.ts';
import type { TargetStatus } from './status.ts';

/** Which kinds of memory grew, by the readings, and what is said of those that may be told as a leak. */
export function kindSection({ kinds }: TargetStatus): Html {
  if (kinds === undefined) return html``;
  const { reason, shares, alarms, goroutines, lookError } = kinds;
  return html`<h2>Kinds of growth</h2>
    <p>${reason}</p>
    ${
      shares.length === 0
        ? ''
        : table(
            ['Kind', 'Grew by', 'Share'],
            shares.map(
              ({ kind, growthBytes, share }) =>
                html`<tr>
                  <th scope="row">${KIND_NAMES[kind]}</th>
                  <td>${size(growthBytes)}</td>
                  <td>${percent(share)}</td>
                </tr>`,
            ),
            '',
          )
    }
    ${table(
      ['Beside the heap', 'State', 'Why'],
      alarms.map(
        ({ kind, state, reason: why }) =>
          html`<tr>
            <th scope="row">${KIND_NAMES[kind]}</th>
            <td>${badge(state)}</td>
            <td>${why}</td>
          </tr>`,
      ),
      'The readings tell of the heap alone.',
    )}
    ${goroutines === undefined ? '' : html`<p>${pileWords(goroutines)}</p>`}
    ${lookError === undefined ? '' : html`<p class="error">No profile of goroutines: ${lookError}</p>`}`;
}
