import { html } from 'hono/html';
import type { PileUp } from '../goroutine/pile-up.ts';
import { pileWords } from '../watch/kind-reports.ts';
import { KIND_NAMES } from '../notify/first-look.ts';
import type { Html } from './format.ts';
import { badge, count, percent, size, table } from './format.ts';
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
    ${
      goroutines === undefined
        ? ''
        : html`<p>${pileWords(goroutines)}</p>
            ${groupTable(goroutines)}`
    }
    ${lookError === undefined ? '' : html`<p class="error">No profile of goroutines: ${lookError}</p>`}`;
}

function groupTable({ groups = [], groupsSince }: PileUp): Html {
  if (groupsSince === undefined) return html``;
  return table(
    ['Block in', 'Wait for', 'Running', 'At first', 'Now'],
    groups.map(
      ({ blockedIn, state, startedBy, was, count: now }) =>
        html`<tr>
          <th scope="row"><code>${blockedIn.function}</code></th>
          <td>${state}</td>
          <td><code>${startedBy.function}</code></td>
          <td>${count(was)}</td>
          <td>${count(now)}</td>
        </tr>`,
    ),
    'No group of goroutines grew since the first look.',
  );
}
