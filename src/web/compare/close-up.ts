import { html } from 'hono/html';
import type { Routine } from '../../pprof/listing.ts';
import type { Html } from '../format.ts';
import { table } from '../format.ts';
import type { CloseUp, Comparison } from '../../picture/comparison.ts';
import { change, share } from '../../picture/figure.ts';
import type { Asked } from './link.ts';
import { writeLink } from './link.ts';
import type { Neighbour } from '../../picture/neighbours.ts';

/** One function: the call graph around it, and its lines. */
export function closeUpSection(
  { function: name, neighbours, routines }: CloseUp,
  { total }: Comparison,
  asked: Asked,
): Html {
  if (neighbours === undefined) {
    return html`<h2 id="function">Function</h2>
      <p class="empty">No stack goes through <code>${name}</code>.</p>`;
  }
  const { flat, cum, callers, callees } = neighbours;
  return html`<h2 id="function">Around <code>${name}</code></h2>
    <p class="facts">
      flat ${change(flat, asked.type)} (${share(flat, total)}) · cum ${change(cum, asked.type)}
      (${share(cum, total)}) ·
      <a href="${writeLink({ ...asked, function: '' })}#top">close</a>
    </p>
    <div class="columns">
      <section>
        <h3>Callers</h3>
        ${neighbourTable(callers, asked, 'It is at the root.')}
      </section>
      <section>
        <h3>Callees</h3>
        ${neighbourTable(callees, asked, 'It allocates by itself alone.')}
      </section>
    </div>
    <h3>Lines</h3>
    ${routines.length === 0 ? html`<p class="empty">No line has a figure.</p>` : ''}
    ${routines.map((routine) => lines(routine, asked))}`;
}

function neighbourTable(all: readonly Neighbour[], asked: Asked, whenEmpty: string): Html {
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
  return html`<div class="figures">${table(['Through both', 'Function'], rows, whenEmpty)}</div>`;
}

function lines({ file, lines: all }: Routine, asked: Asked): Html {
  const rows = all.map(
    ({ line, flat, cum }) =>
      html`<tr>
        <td class="number">${change(flat, asked.type)}</td>
        <td class="number">${change(cum, asked.type)}</td>
        <th scope="row"><code>${file.slice(file.lastIndexOf('/') + 1)}:${line}</code></th>
      </tr>`,
  );
  return html`<p class="place"><code>${file}</code></p>
    <div class="figures">${table(['Flat', 'Cum', 'Line'], rows, 'No line has a figure.')}</div>`;
}
