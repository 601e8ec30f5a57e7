import { html } from 'hono/html';
import type { ListStanding } from '../discovery/discovery.ts';
import type { Html } from './format.ts';
import { counted } from './format.ts';
import type { View } from './layout.ts';
import type { Dashboard } from './status.ts';

/** What keeps heapwarden from being believed though nothing else on the page looks wrong. */

const LISTS_SHOWN = 5;

/** Who changed the file may have looked at no answer and at no log. */
export function refusedConfig(problem: string | undefined, view: View): Html {
  return problem === undefined
    ? html``
    : html`<p class="note">
        <a href="${view.root}status#configuration">The new configuration was refused</a>: the one
        before it is in force.
      </p>`;
}

/** A list that cannot be read hides new targets: that nothing is open then says nothing of them. */
export function unreadLists(lists: readonly ListStanding[], view: View): Html {
  const unread = lists.filter(({ isRead }) => !isRead);
  if (unread.length === 0) return html``;
  const more = unread.length - LISTS_SHOWN;
  return html`<div class="note">
    <p>
      <a href="${view.root}status#discovery"
        >${unread.length} of ${counted(lists.length, 'list')} of targets cannot be read</a
      >: what is new there is not watched, and what was listed last still is.
    </p>
    <ul>
      ${unread
        .slice(0, LISTS_SHOWN)
        .map(
          ({ group, source, problem }) =>
            html`<li>${group}, <code>${source}</code>: ${problem}</li>`,
        )}
      ${more > 0 ? html`<li>and ${more} more</li>` : ''}
    </ul>
  </div>`;
}

export function undelivered({ pending, dead }: ReturnType<Dashboard['outbox']>, view: View): Html {
  if (pending.length + dead.length === 0) return html``;
  return html`<p class="note">
    <a href="${view.root}status">${counted(pending.length, 'notification')}</a>
    waiting to be delivered, ${dead.length} given up.
  </p>`;
}
