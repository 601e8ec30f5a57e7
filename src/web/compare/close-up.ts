import { html, raw } from 'hono/html';
import type { Html } from '../format.ts';
import { table } from '../format.ts';
import type { View as PageView } from '../layout.ts';
import { callGraphSvg } from '../../picture/call-graph-svg.ts';
import type { CloseUp, ShownRoutine } from '../../picture/comparison.ts';
import { change, share } from '../../picture/figure.ts';
import type { Compared } from './compared.ts';
import type { Asked } from './link.ts';
import { writeLink } from './link.ts';
import { pictureLinks } from './picture-links.ts';
import type { Neighbour } from '../../picture/neighbours.ts';

/** One function: the call graph around it, and its lines. */
export function closeUpSection(
  { function: name, neighbours, routines }: CloseUp,
  { target, asked, comparison }: Compared,
  view: PageView,
): Html {
  if (neighbours === undefined) {
    return html`<h2 id="function">Function</h2>
      <p class="empty">No stack goes through <code>${name}</code>.</p>`;
  }
  const { total, compared } = comparison;
  const { flat, cum, callers, callees, hidden } = neighbours;
  const link = (other: string) => `${writeLink({ ...asked, function: other })}#function`;
  const style = { type: asked.type, theme: 'light', compared, total, link } as const;
  const svg = callGraphSvg(name, neighbours, style);
  return html`<h2 id="function">Around <code>${name}</code></h2>
    <p class="facts">
      flat ${change(flat, asked.type)} (${share(flat, total)}) · cum ${change(cum, asked.type)}
      (${share(cum, total)}) ·
      <a href="${writeLink({ ...asked, function: '' })}#top">close</a>
    </p>
    <p class="legend">
      callers to the left, callees to the right, edges as thick as what goes through them; choose
      one to see what is around it
    </p>
    <div class="scroll" role="region" aria-label="Call graph" tabindex="0">${raw(svg)}</div>
    <p>${pictureLinks('callgraph', { target, asked }, view)}</p>
    <div class="columns">
      <section>
        <h3>Callers</h3>
        ${neighbourTable(callers, { asked, whenEmpty: 'It is at the root.', hidden: hidden.callers })}
      </section>
      <section>
        <h3>Callees</h3>
        ${neighbourTable(callees, {
          asked,
          whenEmpty: 'It allocates by itself alone.',
          hidden: hidden.callees,
        })}
      </section>
    </div>
    <h3>Lines</h3>
    ${routines.length === 0 ? html`<p class="empty">No line has a figure.</p>` : ''}
    ${routines.map((routine) => lines(routine, asked))}`;
}

interface NeighbourTable {
  readonly asked: Asked;
  readonly whenEmpty: string;
  readonly hidden: number;
}

function neighbourTable(
  all: readonly Neighbour[],
  { asked, whenEmpty, hidden }: NeighbourTable,
): Html {
  const rows = all.map(
    (one) =>
      html`<tr>
        <td class="number">${change(one.value, asked.type)}</td>
        <th scope="row">
          <a href="${writeLink({ ...asked, function: one.function })}#function"
            ><code>${one.function}</code></a
          >
        </th>
      </tr>`,
  );
  return html`<div class="figures">${table(['Through both', 'Function'], rows, whenEmpty)}</div>
    ${more(hidden, 'through which less goes')}`;
}

function more(hidden: number, which: string): Html {
  return hidden === 0 ? html`` : html`<p class="facts">and ${hidden} more, ${which}.</p>`;
}

function lines({ file, lines: all, hidden }: ShownRoutine, asked: Asked): Html {
  const rows = all.map(
    ({ line, flat, cum }) =>
      html`<tr>
        <td class="number">${change(flat, asked.type)}</td>
        <td class="number">${change(cum, asked.type)}</td>
        <th scope="row"><code>${file.slice(file.lastIndexOf('/') + 1)}:${line}</code></th>
      </tr>`,
  );
  return html`<p class="place"><code>${file}</code></p>
    <div class="figures">${table(['Flat', 'Cum', 'Line'], rows, 'No line has a figure.')}</div>
    ${more(hidden, 'which hold less')}`;
}
