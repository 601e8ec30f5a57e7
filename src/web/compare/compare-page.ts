import { html, raw } from 'hono/html';
import type { Html } from '../format.ts';
import { moment, pathPart, table } from '../format.ts';
import type { View as PageView } from '../layout.ts';
import { layout } from '../layout.ts';
import { choices } from './choices.ts';
import { closeUpSection } from './close-up.ts';
import { change, figure, relativeChange, share } from '../../picture/figure.ts';
import { flameSvg, isHit } from '../../picture/flame-svg.ts';
import type { Compared } from './compared.ts';
import { writeLink } from './link.ts';
import { pictureLinks } from './picture-links.ts';

/** What changed between two saved profiles of a target; its link shows it to whoever opens it. */
export function comparePage(page: Compared, view: PageView): Html {
  const { target, asked, comparison } = page;
  const address = `${view.root}targets/${pathPart(target)}`;
  return layout(
    `${target} compared`,
    view,
    html`<h1>
        <a href="${address}">${target}</a>: ${comparison.compared ? 'what changed' : 'what is held'}
      </h1>
      ${choices(asked, page.saved)}
      <p>${summary(page)}</p>
      ${restartNote(page, view)} ${flames(page)} ${downloads(page, view)}
      <h2 id="top">Top functions</h2>
      ${topTable(page)}
      ${
        comparison.closeUp === undefined
          ? html`<p class="facts">
              Choose a function in the table to see its callers, its callees and its lines.
            </p>`
          : closeUpSection(comparison.closeUp, page, view)
      }`,
  );
}

function summary({ asked, comparison }: Compared): Html {
  const { beforeTotal, afterTotal, compared } = comparison;
  const after = figure(afterTotal, asked.type);
  if (!compared) return html`<strong>${after}</strong> of ${asked.type} in this profile.`;
  const grown = afterTotal - beforeTotal;
  const relative = relativeChange(grown, beforeTotal);
  return html`<strong>${change(grown, asked.type)}</strong
    >${relative === '' ? '' : ` (${relative})`} of ${asked.type}: from
    ${figure(beforeTotal, asked.type)} to ${after}.`;
}

function restartNote({ target, restartedAt }: Compared, view: PageView): Html {
  if (restartedAt === undefined) return html``;
  return html`<p class="note">
    A restart lies between: the two are of different processes of ${target}, the later of which came
    ${moment(restartedAt, view.now)}. What the earlier one held went with it.
  </p>`;
}

function flames({ asked, comparison }: Compared): Html {
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

function downloads({ target, asked }: Compared, view: PageView): Html {
  const url = (file: string) =>
    `${view.baseUrl}/targets/${pathPart(target)}/profiles/${pathPart(file)}`;
  const command =
    asked.before === ''
      ? `go tool pprof -sample_index=${asked.type} ${url(asked.after)}`
      : `go tool pprof -sample_index=${asked.type} -diff_base ${url(asked.before)} ${url(asked.after)}`;
  return html`<p>
      ${pictureLinks('flamegraph', { target, asked }, view)};
      ${differenceLink({ target, asked }, view)} the same with Go’s own tool:
    </p>
    <pre><code>${command}</code></pre>`;
}

/** Without what is only about how it is looked at. */
function differenceLink(
  { target, asked }: Pick<Compared, 'target' | 'asked'>,
  view: PageView,
): Html {
  if (asked.before === '') return html``;
  const address = `${view.root}targets/${pathPart(target)}/difference.pb.gz`;
  const link = writeLink({ ...asked, zoom: '', search: '', function: '' });
  return html`<a href="${address}${link}" download>the difference as a profile</a>;`;
}

function topTable({ asked, comparison }: Compared): Html {
  const { rows, total, functionCount, compared } = comparison;
  let sum = 0;
  const shown = rows.map((row) => {
    sum += row.flat;
    return html`<tr>
      <td class="number">${change(row.flat, asked.type)}</td>
      <td class="number">${share(row.flat, total)}</td>
      <td class="number">${share(sum, total)}</td>
      <td class="number">${change(row.cum, asked.type)}</td>
      <td class="number">${share(row.cum, total)}</td>
      <th scope="row">
        <a href="${writeLink({ ...asked, function: row.function })}#function"
          ><code>${row.function}</code></a
        >
        ${INLINED[row.inlined]}
      </th>
    </tr>`;
  });
  const columns = ['Flat', 'Flat%', 'Sum%', 'Cum', 'Cum%', 'Function'];
  return html`<div class="figures tops">${table(columns, shown, 'Nothing changed.')}</div>
    <p class="facts">
      ${rows.length} of ${functionCount} functions by ${asked.sort}; shares are of
      ${figure(total, asked.type)}${compared ? ', the profile before, as with -diff_base' : ''}.
    </p>`;
}

const INLINED = { no: '', partly: '(partial-inline)', wholly: '(inline)' } as const;

function matching(hits: number, search: string): string {
  return `· ${hits} ${hits === 1 ? 'frame matches' : 'frames match'} “${search}”`;
}
