import { html } from 'hono/html';
import type { ListStanding } from '../discovery/discovery.ts';
import { refusedConfig, undelivered, unreadLists } from './banners.ts';
import type { FleetGroup, FleetQuery, FleetView } from './fleet.ts';
import { FLEET_SORTS, viewFleet, writeFleetQuery } from './fleet.ts';
import type { Html } from './format.ts';
import { badge, counted } from './format.ts';
import { incidentCard, incidentLine } from './incident-card.ts';
import type { View } from './layout.ts';
import { layout } from './layout.ts';
import type { ShownIncident } from './shown-incident.ts';
import { openIncidents, resolvedIncidents } from './standing.ts';
import type { Dashboard, TargetStatus } from './status.ts';
import { targetRow } from './target-row.ts';

const RESOLVED_SHOWN = 20;
const OPEN_SHOWN = 20;

export interface Fleet {
  readonly targets: readonly TargetStatus[];
  readonly incidents: readonly ShownIncident[];
  readonly outbox: ReturnType<Dashboard['outbox']>;
  /** Where targets are discovered. */
  readonly lists: readonly ListStanding[];
  /** What the newest configuration was refused for; `undefined` where it is in force. */
  readonly refused?: string | undefined;
  readonly query: FleetQuery;
}

/** The targets, the worst first, below the open incidents. */
export function targetsPage(fleet: Fleet, view: View): Html {
  const { targets, incidents, outbox, lists, refused, query } = fleet;
  const open = openIncidents(incidents, view.now);
  const shown = viewFleet(targets, { incidents, now: view.now }, query);
  return layout(
    counted(open.length, 'open incident'),
    view,
    html`<h1>${counted(open.length, 'open incident')}</h1>
      ${refusedConfig(refused, view)} ${unreadLists(lists, view)} ${undelivered(outbox, view)}
      ${open.slice(0, OPEN_SHOWN).map((incident) => incidentCard(incident, view))}
      ${moreIncidents(open.slice(OPEN_SHOWN), 'open', view)}
      <h2>${counted(targets.length, 'target')}</h2>
      ${targets.length === 0 ? html`<p class="empty">The configuration names no target.</p>` : ''}
      ${targets.length === 0 ? '' : fleetSection(fleet, shown, view)}
      ${resolvedSection(incidents, view)}`,
  );
}

function fleetSection(fleet: Fleet, shown: FleetView, view: View): Html {
  const { query } = fleet;
  return html`${states(shown, query)} ${choices(query)}
    <div id="fleet">
      ${shown.groups.length === 0 ? html`<p class="empty">None of them matches.</p>` : ''}
      ${shown.groups.length === 0 ? '' : fleetTable(fleet, shown, view)} ${pager(shown, query)}
    </div>`;
}

function states({ counts }: FleetView, query: FleetQuery): Html {
  const links = [...counts]
    .filter(([, amount]) => amount > 0)
    .map(([state, amount]) => {
      const chosen = query.state === state;
      const link = writeFleetQuery({ ...query, page: 1, state: chosen ? '' : state });
      return html`<li>
        <a href="${link}" ${chosen ? html`aria-current="true"` : ''}>${badge(state)} ${amount}</a>
      </li>`;
    });
  return html`<ul id="states" class="states" aria-label="By state">
    ${links}
  </ul>`;
}

function choices({ q, state, service, sort }: FleetQuery): Html {
  return html`<form class="choices" method="get" role="search">
    <label>Name, label or function <input type="search" name="q" value="${q}" /></label>
    <label
      >Sort by
      <select name="sort">
        ${FLEET_SORTS.map(
          (one) =>
            html`<option value="${one}" ${one === sort ? 'selected' : ''}>
              ${SORT_WORDS[one]}
            </option>`,
        )}
      </select>
    </label>
    ${state === '' ? '' : html`<input type="hidden" name="state" value="${state}" />`}
    ${service === '' ? '' : html`<input type="hidden" name="service" value="${service}" />`}
    <button type="submit">Show</button>
    <span id="fleet-found" class="facts" role="status"></span>
    ${q + state + service === '' ? '' : html`<a href="./">show all</a>`}
  </form>`;
}

const SORT_WORDS = {
  worst: 'the worst, by service',
  name: 'name',
  memory: 'share of the limit',
  growth: 'growth',
  end: 'time to the limit',
} as const;

function fleetTable({ incidents, query }: Fleet, shown: FleetView, view: View): Html {
  const grouped = shown.groups.length > 1 || query.service !== '' || shown.pages > 1;
  return html`<table class="targets">
    <thead>
      <tr>
        <th scope="col">Target</th>
        <th scope="col">State</th>
        <th scope="col">Memory</th>
        <th scope="col">Growth</th>
        <th scope="col">Why</th>
        <th scope="col">Last</th>
      </tr>
    </thead>
    ${shown.groups.map(
      (group) =>
        html`<tbody>
          ${grouped && query.sort === 'worst' ? groupHeading(group, query) : ''}
          ${group.shown.map((target) => targetRow(target, incidents, view))}
        </tbody>`,
    )}
  </table>`;
}

function groupHeading({ service, shown, total }: FleetGroup, query: FleetQuery): Html {
  const hidden = total - shown.length;
  const link = writeFleetQuery({ ...query, page: 1, service });
  return html`<tr class="group">
    <th colspan="6" scope="colgroup">
      ${service === '' ? 'without a service' : service}
      <small
        >${counted(total, 'target')}${
          hidden === 0 || service === ''
            ? ''
            : html`, the worst ${shown.length} shown; <a href="${link}">all of ${service}</a>`
        }</small
      >
    </th>
  </tr>`;
}

function pager({ page, pages, matching }: FleetView, query: FleetQuery): Html {
  if (pages <= 1) return html`<p class="facts" id="matching">${matching} match.</p>`;
  const link = (to: number) => writeFleetQuery({ ...query, page: to });
  return html`<nav class="pager" aria-label="Pages of targets">
    ${page > 1 ? html`<a href="${link(page - 1)}" rel="prev">page ${page - 1}</a>` : ''}
    <span id="matching">page ${page} of ${pages}, ${matching} match</span>
    ${page < pages ? html`<a href="${link(page + 1)}" rel="next">page ${page + 1}</a>` : ''}
  </nav>`;
}

/** The newest as cards, and a line for each of the others: an incident may be of targets that are no longer listed. */
function resolvedSection(incidents: readonly ShownIncident[], view: View): Html {
  const resolved = resolvedIncidents(incidents);
  if (resolved.length === 0) return html``;
  return html`<details>
    <summary>${counted(resolved.length, 'resolved incident')}</summary>
    ${resolved.slice(0, RESOLVED_SHOWN).map((incident) => incidentCard(incident, view))}
    ${moreIncidents(resolved.slice(RESOLVED_SHOWN), 'resolved', view)}
  </details>`;
}

function moreIncidents(more: readonly ShownIncident[], which: string, view: View): Html {
  if (more.length === 0) return html``;
  return html`<details>
    <summary>and ${counted(more.length, `more ${which} incident`)}</summary>
    <ul class="incidents">
      ${more.map((incident) => html`<li>${incidentLine(incident, view)}</li>`)}
    </ul>
  </details>`;
}
