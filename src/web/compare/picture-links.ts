import { html } from 'hono/html';
import type { Html } from '../format.ts';
import { pathPart } from '../format.ts';
import type { View } from '../layout.ts';
import type { Compared } from './compared.ts';
import { writeLink } from './link.ts';

/** Links to a picture by itself. */
export function pictureLinks(
  name: 'flamegraph' | 'callgraph',
  { target, asked }: Pick<Compared, 'target' | 'asked'>,
  { root }: View,
): Html {
  const picture = `${root}api/v1/targets/${pathPart(target)}/${name}`;
  const query = writeLink(name === 'callgraph' ? asked : { ...asked, function: '' });
  return html`The picture as <a href="${picture}.svg${query}">SVG</a> or
    <a href="${picture}.png${query}">PNG</a>`;
}
