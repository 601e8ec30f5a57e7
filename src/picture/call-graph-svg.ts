import { linkHorizontal } from 'd3-shape';
import type { SampleType } from '../pprof/profile.ts';
import type { CallBox, CallEdge } from './call-graph-layout.ts';
import { GRAPH_WIDTH, layoutCallGraph } from './call-graph-layout.ts';
import type { ShownNeighbours } from './comparison.ts';
import { change, fittedName, share } from './figure.ts';
import type { HeadedPicture } from './heading.ts';
import { headingHeight, headingMarkup } from './heading.ts';
import type { Shade } from './shade.ts';
import { plainShade, shadeOfChange } from './shade.ts';
import { PALETTES } from './theme.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';

const CHARACTER = 7;
const PADDING = 8;
const ARROW = 9;
const FOOT = 20;

export interface CallGraphStyle extends HeadedPicture {
  readonly type: SampleType;
  /** What shares are of. */
  readonly total: number;
  /** Where a click on a function leads; absent: nowhere. */
  readonly link?: (name: string) => string;
}

/** Who calls a function and whom it calls, as SVG: from left to right, as the calls go. */
export function callGraphSvg(
  name: string,
  neighbours: ShownNeighbours,
  style: CallGraphStyle,
): string {
  const { theme } = style;
  const graph = layoutCallGraph(name, neighbours);
  const head = headingHeight(style, GRAPH_WIDTH);
  const { callers, callees } = neighbours.hidden;
  const foot = callers + callees > 0 ? FOOT : 0;
  const height = head + graph.height + foot;
  const palette = PALETTES[theme];
  const tag = style.link === undefined ? 'img' : 'group';
  return xml`<svg xmlns="http://www.w3.org/2000/svg" class="calls" viewBox="0 0 ${GRAPH_WIDTH} ${height}" width="${GRAPH_WIDTH}" height="${height}" role="${tag}" aria-labelledby="calls-title calls-desc" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">
<title id="calls-title">${style.heading?.title ?? 'Call graph'}</title>
<desc id="calls-desc">${describeCalls(name, neighbours, style)}</desc>
${headingMarkup(style, { width: GRAPH_WIDTH, height })}
<g transform="translate(0 ${head})" fill="${palette.text}" color="${palette.text}">
${graph.edges.map((edge) => edgeMarkup(edge, style))}
${graph.boxes.map((box) => boxMarkup(box, neighbours, style))}
${hiddenMarkup(callers, { x: PADDING, y: graph.height + 14 })}
${hiddenMarkup(callees, { x: GRAPH_WIDTH - 330 + PADDING, y: graph.height + 14 })}
</g>
</svg>
`.text;
}

const curveOf = linkHorizontal<unknown, CallEdge['from']>()
  .x(({ x }) => x)
  .y(({ y }) => round(y));

function edgeMarkup({ from, to, weight, thickness }: CallEdge, style: CallGraphStyle): Markup {
  // Thickness tells how much; in the colours of little it could not be seen.
  const { kind, fill } = shadeOf(Math.sign(weight), style);
  const tip = to.x - ARROW;
  const half = Math.max(4, thickness / 2 + 2);
  return xml`<path class="edge ${kind}" fill="none" stroke="${fill}" stroke-width="${round(thickness)}" d="${curveOf({ source: from, target: { x: tip, y: to.y } }) ?? ''}"/><path class="${kind}" fill="${fill}" d="M${tip} ${round(to.y - half)}L${to.x} ${round(to.y)}L${tip} ${round(to.y + half)}z"/>
`;
}

function boxMarkup(box: CallBox, { flat }: ShownNeighbours, style: CallGraphStyle): Markup {
  const { kind, fill } = shadeOf(box.weight, style);
  const { x, y, width, height } = box;
  const title = `${ROLES[box.side]}${box.function}: ${valueOf(box.value, style)}`;
  const isSelf = box.side === 'self';
  const lines = isSelf
    ? [`cum ${valueOf(box.value, style)}`, `flat ${valueOf(flat, style)}`]
    : [valueOf(box.value, style)];
  const room = Math.floor((width - 2 * PADDING) / CHARACTER);
  const name = xml`<text x="${x + PADDING}" y="${y + 17}"${isSelf ? xml` font-weight="bold"` : ''}>${fittedName(box.function, isSelf ? room - 6 : room)}</text>`;
  const figures = lines.map(
    (line, index) => xml`<text x="${x + PADDING}" y="${y + 33 + index * 16}">${line}</text>`,
  );
  const body = xml`<title>${title}</title><rect class="${kind}" x="${x}" y="${round(y)}" width="${width}" height="${height}" rx="4" fill="${fill}" stroke="${PALETTES[style.theme].edge}"/>${name}${figures}`;
  if (style.link === undefined || isSelf) return xml`<g class="box">${body}</g>\n`;
  return xml`<a class="box" href="${style.link(box.function)}" aria-label="${title}">${body}</a>\n`;
}

const ROLES = { caller: 'called by ', self: '', callee: 'calls ' } as const;

function hiddenMarkup(count: number, at: { readonly x: number; readonly y: number }): Markup {
  return count === 0 ? xml`` : xml`<text x="${at.x}" y="${at.y}">and ${count} more</text>`;
}

function shadeOf(weight: number, { compared, theme }: CallGraphStyle): Shade {
  return compared ? shadeOfChange(weight, theme) : plainShade(theme);
}

function valueOf(value: number, { type, total }: CallGraphStyle): string {
  const part = share(value, total);
  return `${change(value, type)}${part === '' ? '' : ` (${part})`}`;
}

/** What the picture shows, for those who do not see it. */
function describeCalls(
  name: string,
  { cum, callers, callees, hidden }: ShownNeighbours,
  style: CallGraphStyle,
): string {
  const side = (all: ShownNeighbours['callers'], more: number, none: string): string => {
    const told = all.map((one) => `${one.function} ${change(one.value, style.type)}`);
    return told.length === 0 ? none : `${told.join(', ')}${more === 0 ? '' : `, ${more} more`}`;
  };
  return `${name} ${change(cum, style.type)} of ${style.type}. Called by: ${side(callers, hidden.callers, 'nobody')}. Calls: ${side(callees, hidden.callees, 'nothing that allocates')}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
