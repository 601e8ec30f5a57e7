import { html, raw } from 'hono/html';
import type { SavedProfile } from '../../incident/incident.ts';
import { HEAP_SAMPLE_TYPES } from '../../pprof/profile.ts';
import type { Html } from '../format.ts';
import { pathPart, table } from '../format.ts';
import type { View as PageView } from '../layout.ts';
import { layout } from '../layout.ts';
import { closeUpSection } from './close-up.ts';
import type { Comparison } from '../../picture/comparison.ts';
import { change, figure, relativeChange, share } from '../../picture/figure.ts';
import { flameSvg, isHit } from '../../picture/flame-svg.ts';
import type { Asked } from './link.ts';
import { ALONE, writeLink } from './link.ts';

export interface ComparePage {
  readonly target: string;
  readonly asked: Asked;
  readonly saved: readonly SavedProfile[];
  readonly comparison: Comparison;
}

/** What changed between two saved profiles of a target; its link shows it to whoever opens it. */
export function comparePage(page: ComparePage, view: PageView): Html {
  const { target, asked, comparison } = page;
  const address = `${view.root}targets/${pathPart(target)}`;
  return layout(
    `${target} compared`,
    view,
    html`<h1>
        <a href="${address}">${target}</a>: ${comparison.compared ? 'what changed' : 'what is held'}
      </h1>
      ${choices(page)}
      <p>${summary(page)}</p>
      ${flames(page)} ${downloads(page, view)}
      <h2 id="top">Top functions</h2>
      ${topTable(page)}
      ${
        comparison.closeUp === undefined
          ? html`<p class="facts">
              Choose a function in the table to see its callers, its callees and its lines.
            </p>`
          : closeUpSection(comparison.closeUp, comparison, asked)
      }`,
  );
}

function choices({ asked, saved }: ComparePage): Html {
  const files = saved.toReversed().map(({ file, at }) => ({
    value: file,
    words: new Date(at).toISOString().replace('.000Z', 'Z'),
  }));
  const before = [{ value: ALONE, words: 'nothing (one profile alone)' }, ...files];
  return html`<form class="choices" method="get">
    ${select({ name: 'before', label: 'Before', chosen: asked.before || ALONE, options: before })}
    ${select({ name: 'after', label: 'After', chosen: asked.after, options: files })}
    ${select({
      name: 'sample',
      label: 'Sample',
      chosen: asked.type,
      options: HEAP_SAMPLE_TYPES.toReversed().map((value) => ({ value, words: value })),
    })}
    ${select({
      name: 'sort',
      label: 'Sort by',
      chosen: asked.sort,
      options: [
        { value: 'flat', words: 'flat' },
        { value: 'cum', words: 'cum' },
      ],
    })}
    <label>Search <input type="search" name="search" value="${asked.search}" /></label>
    <label class="check">
      <input type="checkbox" name="invert" value="1" ${asked.inverted ? 'checked' : ''} /> Invert
    </label>
    ${asked.function === '' ? '' : html`<input type="hidden" name="function" value="${asked.function}" />`}
    <button type="submit">Show</button>
  </form>`;
}

interface Choice {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly { readonly value: string; readonly words: string }[];
}

function select({ name, label, chosen, options }: Choice): Html {
  return html`<label
    >${label}
    <select name="${name}">
      ${options.map(
        ({ value, words }) =>
          html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${words}</option>`,
      )}
    </select>
  </label>`;
}

function summary({ asked, comparison }: ComparePage): Html {
  const { beforeTotal, afterTotal, compared } = comparison;
  const after = figure(afterTotal, asked.type);
  if (!compared) return html`<strong>${after}</strong> of ${asked.type} in this profile.`;
  const grown = afterTotal - beforeTotal;
  const relative = relativeChange(grown, beforeTotal);
  return html`<strong>${change(grown, asked.type)}</strong
    >${relative === '' ? '' : ` (${relative})`} of ${asked.type}: from
    ${figure(beforeTotal, asked.type)} to ${after}.`;
}

function flames({ asked, comparison }: ComparePage): Html {
  const { flames: picture, compared } = comparison;
  if (picture.frames.length <= 1) return html`<p class="empty">Both profiles are empty of it.</p>`;
  const svg = flameSvg(picture, {
    type: asked.type,
    theme: 'light',
    inverted: asked.inverted,
    compared,
    search: asked.search,
    link: ({ path }) => writeLink({ ...asked, zoom: path }),
  });
  const hits = picture.frames.filter((frame) => isHit(frame, asked.search)).length;
  return html`<p class="legend">
      ${
        compared
          ? html`<span class="key grown">grew</span> <span class="key same">unchanged</span>
              <span class="key shrunk">shrank</span>`
          : ''
      }
      each frame is as wide as what is below it; choose one to zoom
      ${asked.zoom === '' ? '' : html`· <a href="${writeLink({ ...asked, zoom: '' })}">whole picture</a>`}
      · <a href="#top">skip the picture</a>
      <span id="flame-search" role="status"
        >${asked.search === '' ? '' : matching(hits, asked.search)}</span
      >
    </p>
    <div class="scroll flame-box" role="region" aria-label="Flame graph" tabindex="0">
      ${raw(svg)}
    </div>
    <p id="flame-detail" class="facts" aria-hidden="true"></p>`;
}

function downloads({ target, asked }: ComparePage, view: PageView): Html {
  const picture = `${view.root}api/v1/targets/${pathPart(target)}/flamegraph`;
  const query = writeLink({ ...asked, function: '' });
  const url = (file: string) =>
    `${view.baseUrl}/targets/${pathPart(target)}/profiles/${pathPart(file)}`;
  const command =
    asked.before === ''
      ? `go tool pprof -sample_index=${asked.type} ${url(asked.after)}`
      : `go tool pprof -sample_index=${asked.type} -diff_base ${url(asked.before)} ${url(asked.after)}`;
  return html`<p>
      The picture as <a href="${picture}.svg${query}">SVG</a> or
      <a href="${picture}.png${query}">PNG</a>; the same with Go’s own tool:
    </p>
    <pre><code>${command}</code></pre>`;
}

function topTable({ asked, comparison }: ComparePage): Html {
  const { rows, total, functionCount } = comparison;
  const shown = rows.map(
    (row) =>
      html`<tr>
        <td class="number">${change(row.flat, asked.type)}</td>
        <td class="number">${share(row.flat, total)}</td>
        <td class="number">${change(row.cum, asked.type)}</td>
        <td class="number">${share(row.cum, total)}</td>
        <th scope="row">
          <a href="${writeLink({ ...asked, function: row.function })}#function"
            ><code>${row.function}</code></a
          >
        </th>
      </tr>`,
  );
  const columns = ['Flat', 'Flat%', 'Cum', 'Cum%', 'Function'];
  return html`<div class="figures">${table(columns, shown, 'Nothing changed.')}</div>
    <p class="facts">
      ${rows.length} of ${functionCount} functions, shares of ${figure(total, asked.type)}, by
      ${asked.sort}.
    </p>`;
}

function matching(hits: number, search: string): string {
  return `· ${hits} ${hits === 1 ? 'frame matches' : 'frames match'} “${search}”`;
}
