import type { Theme } from '../../picture/theme.ts';
import { PALETTES } from '../../picture/theme.ts';

/** Within a page the colours of the picture follow those of the page. */
export const FLAME_STYLES = `
.flame-box { margin: .6rem 0; }
.flames { display: block; width: 100%; min-width: 56rem; height: auto; }
.flames a:hover rect, .flames a:focus-visible rect { stroke: currentColor; stroke-width: 1.5; }
.flames a:focus-visible { outline: none; }
.flames .hit rect { stroke: currentColor; stroke-width: 2; }
.flames .hit text { font-weight: 700; }
#flame-detail { min-height: 3em; }
.key { padding: 0 .5em; border-radius: 4px; color: var(--text); }
${rules('light')}@media (prefers-color-scheme: dark) {
${rules('dark')}}
`;

function rules(theme: Theme): string {
  const { ground, text, same, grown, shrunk } = PALETTES[theme];
  const steps = (kind: string, fills: readonly string[]): string =>
    fills.map((fill, index) => `.flames .${kind}.step${index + 1} { fill: ${fill}; }\n`).join('');
  const last = (fills: readonly string[]): string => fills.at(-1) ?? same;
  return `.flames g { fill: ${text}; stroke: ${ground}; color: ${text}; }
.flames .same { fill: ${same}; } .key.same { background: ${same}; }
.flames .one { fill: ${shrunk[1] ?? same}; }
.key.grown { background: ${last(grown)}; } .key.shrunk { background: ${last(shrunk)}; }
${steps('grown', grown)}${steps('shrunk', shrunk)}`;
}
