import type { Theme } from '../../picture/theme.ts';
import { PALETTES } from '../../picture/theme.ts';

/** Within a page the colours of its pictures follow those of the page. */
export const PICTURE_STYLES = `
.flame-box { margin: .6rem 0; }
.flames, .calls { display: block; width: 100%; min-width: 56rem; height: auto; }
:is(.flames, .calls) a:hover rect, :is(.flames, .calls) a:focus-visible rect { stroke: currentColor; stroke-width: 1.5; }
:is(.flames, .calls) a:focus-visible { outline: none; }
.flames .hit rect { stroke: currentColor; stroke-width: 2; }
.flames .hit text { font-weight: 700; }
:is(.flames, .calls) rect, .calls path { fill: var(--shade); }
.calls .edge { fill: none; stroke: var(--shade); }
#flame-detail { min-height: 3em; }
.key { padding: 0 .5em; border-radius: 4px; color: var(--text); }
${rules('light')}@media screen and (prefers-color-scheme: dark) {
${rules('dark')}}
`;

function rules(theme: Theme): string {
  const { ground, text, same, edge, grown, shrunk } = PALETTES[theme];
  const steps = (kind: string, fills: readonly string[]): string =>
    fills.map((fill, index) => `.${kind}.step${index + 1} { --shade: ${fill}; }\n`).join('');
  const last = (fills: readonly string[]): string => fills.at(-1) ?? same;
  return `:is(.flames, .calls) g { fill: ${text}; color: ${text}; }
.flames g { stroke: ${ground}; } .calls rect { stroke: ${edge}; }
.same { --shade: ${same}; } .one { --shade: ${shrunk[1] ?? same}; }
.key.same { background: ${same}; } .key.grown { background: ${last(grown)}; } .key.shrunk { background: ${last(shrunk)}; }
${steps('grown', grown)}${steps('shrunk', shrunk)}`;
}
