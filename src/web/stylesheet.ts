import { createHash } from 'node:crypto';
import { PICTURE_STYLES } from './compare/picture-style.ts';

/** In a module, so that the built program is all there is to install. Colours meet WCAG AA in light and dark. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f6f7f9; --edge: #d8dce2; --text: #1b1f24; --faint: #57606a; --link: #0b57b5; --control: #767e89;
  --red: #b3261e; --red-ground: #fdecea; --amber: #7a4d00; --amber-ground: #fff3d6;
  --green: #1a6334; --green-ground: #e4f4e9; --grey-ground: #e9ecf0; --blue: #0b57b5; --blue-ground: #e5effb;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --raised: #1c2026; --edge: #363c45; --text: #e4e7eb; --faint: #a0a8b3; --link: #7db4f8; --control: #818a96;
    --red: #ff9d94; --red-ground: #4a1a17; --amber: #f5c869; --amber-ground: #42320f;
    --green: #85d6a0; --green-ground: #163a23; --grey-ground: #2b3038; --blue: #9cc6fb; --blue-ground: #17304f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .2rem 2rem; align-items: baseline; padding: .6rem 1.5rem; border-bottom: 1px solid var(--edge); background: var(--raised); }
header .home { font-weight: 650; color: var(--text); text-decoration: none; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.as-of { margin: 0 0 0 auto; color: var(--faint); font-size: .85rem; }
.as-of a { margin-left: .4rem; font-weight: 600; }
main { max-width: 90rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.5rem; margin: .6rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
h3, .incident h2 { font-size: 1rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; }
form h3 { margin-top: 1.2rem; }
p { margin: .4rem 0; max-width: 75rem; overflow-wrap: anywhere; }
small { display: block; color: var(--faint); font-size: .85em; font-weight: 400; }
code { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; unicode-bidi: isolate; }
pre { background: var(--raised); border: 1px solid var(--edge); border-radius: 6px; padding: .6rem .8rem; white-space: pre-wrap; }
.facts, .empty, figcaption { color: var(--faint); }
.facts code { color: var(--text); }
.facts > code:has(+ .label) { margin-right: .6rem; }
.error { color: var(--red); overflow-wrap: anywhere; }
.label { margin-right: .6rem; }
.place { display: inline; }
.note { background: var(--amber-ground); color: var(--amber); padding: .5rem .8rem; border-radius: 6px; }
.note a { color: inherit; }
.note :is(p, ul) { margin: 0; }
div.note { margin: .4rem 0; max-width: 75rem; overflow-wrap: anywhere; }
.badge { display: inline-block; white-space: nowrap; padding: 0 .55em; border-radius: 999px; font-size: .82rem; font-weight: 600; line-height: 1.6; background: var(--grey-ground); color: var(--text); }
.badge.leak { background: var(--red-ground); color: var(--red); }
.badge.suspect, .badge.blind { background: var(--amber-ground); color: var(--amber); }
.badge.growing { background: var(--blue-ground); color: var(--blue); }
.badge.quiet, .badge.resolved { background: var(--green-ground); color: var(--green); }
.story { display: inline-block; white-space: nowrap; border-left: 4px solid var(--control); padding-left: .5em; }
.story.found { border-color: var(--amber); } .story.told { border-color: var(--blue); } .story.said { border-color: var(--green); }
.story-legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; margin: .4rem 0; color: var(--faint); font-size: .9rem; }
.timeline { list-style: none; margin: .6rem 0; padding: 0; }
.timeline li { display: grid; grid-template-columns: 11rem 9rem 1fr; gap: .2rem 1rem; padding: .45rem 0; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere; }
.timeline .story { align-self: start; justify-self: start; }
.when { white-space: nowrap; }
.incident { border: 1px solid var(--edge); border-left: 4px solid var(--amber); border-radius: 6px; padding: .7rem 1rem; margin: .7rem 0; background: var(--raised); }
.incident.leak { border-left-color: var(--red); }
.incident.resolved { border-left-color: var(--green); }
p.hushed { font-weight: 600; }
.incidents { list-style: none; padding: 0; }
.incidents li { padding: .35rem 0; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem .5rem 0; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere; }
thead th { color: var(--faint); font-weight: 500; font-size: .85rem; }
tbody th { font-weight: 600; }
.targets tbody th { min-width: 9rem; }
.targets .memory { white-space: nowrap; }
.targets .growth { min-width: 15rem; }
.targets .why { min-width: 14rem; }
.targets .last { min-width: 9rem; }
.scroll td, .scroll th { min-width: 7rem; }
.sparkline { display: block; margin-top: .4rem; max-width: 100%; overflow: hidden; }
.sparkline path { fill: var(--blue); fill-opacity: .15; stroke: var(--blue); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.sparkline line { stroke: var(--red); stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
figure { margin: .8rem 0; max-width: 720px; }
.chart { max-width: 60rem; }
.chart img { display: block; width: 100%; height: auto; border: 1px solid var(--edge); border-radius: 6px; }
figure .sparkline { width: 100%; border-bottom: 1px solid var(--edge); }
figcaption { display: flex; justify-content: space-between; gap: 1rem; font-size: .85rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .7rem 1.5rem; }
dt { color: var(--faint); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.suspects { padding-left: 1.4rem; }
.suspects > li { margin: 1.2rem 0; }
.stack { list-style: none; padding-left: .9rem; border-left: 3px solid var(--edge); margin: .3rem 0; }
details { margin-top: 2rem; }
details:has(> .incidents) { margin: .7rem 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll .pick { width: 4rem; min-width: 4rem; }
.figures .number { width: 7rem; padding-right: 1rem; }
.figures .code { white-space: pre; min-width: 18rem; }
.figures thead th { text-align: right; padding-right: 1rem; }
.figures th:last-child { text-align: left; min-width: 18rem; font-weight: 400; padding-right: 0; }
.states { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; list-style: none; padding: 0; margin: .4rem 0; }
.states a { text-decoration: none; color: var(--text); }
.states a[aria-current] { text-decoration: underline; }
.group th { padding-top: 1.1rem; }
.group small { display: inline; margin-left: .6rem; }
.pager { margin: 1rem 0; align-items: baseline; }
.choices > a { padding-bottom: .35rem; }
.choices { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .8rem 0; }
.choices label { display: flex; flex-direction: column; font-size: .85rem; color: var(--faint); max-width: 100%; }
.choices .check { flex-direction: row; align-items: center; gap: .4rem; padding-bottom: .35rem; }
select, input:is([type=search], [type=text], [type=datetime-local]), button { font: inherit; font-size: .95rem; color: var(--text); background: var(--ground); border: 1px solid var(--control); border-radius: 5px; padding: .25rem .5rem; max-width: 100%; }
.choices :is(select, input:not([type=checkbox]), button) { height: 2.2rem; }
button { background: var(--raised); cursor: pointer; padding: .25rem .9rem; }
button:disabled { color: var(--faint); border-style: dashed; cursor: not-allowed; }
select:focus-visible, input:focus-visible, button:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 0 2rem; }
.legend { color: var(--faint); font-size: .9rem; }
@media (max-width: 40rem) {
  header { column-gap: 1rem; }
  nav { column-gap: .9rem; }
  .scroll table { width: max-content; min-width: 100%; }
  .scroll :is(td, th) { max-width: 18rem; }
  .scroll .code { max-width: none; }
  .cards :is(table, tbody, tr, td, tbody th) { display: block; width: auto; min-width: 0; max-width: none; }
  .cards thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .cards tr { padding: .5rem 0; border-bottom: 1px solid var(--edge); }
  .cards :is(td, tbody th) { border: 0; padding: .1rem 0; }
  .cards [data-is]::before { content: attr(data-is) ' '; color: var(--faint); font-size: .85rem; }
  .tops :is(table, thead, tbody) { display: block; width: auto; }
  .tops tr { display: grid; grid-template-columns: 4fr 3fr 3fr 4fr 3fr; border-bottom: 1px solid var(--edge); padding: .3rem 0; font-size: .9rem; }
  .tops :is(.number, thead th, tbody th) { border: 0; padding: .1rem 0; min-width: 0; max-width: none; width: auto; }
  .tops tr > th:last-child { grid-column: 1 / -1; order: -1; min-width: 0; }
  .profiles .pick { width: 3.4rem; min-width: 3.4rem; }
  .profiles tbody th { min-width: 12rem; }
  .timeline li { grid-template-columns: auto 1fr; }
  .timeline .when small { display: inline; margin-left: .5rem; }
  .timeline .when, .timeline li > :last-child { grid-column: 1 / -1; }
}
@media (max-width: 60rem) {
  header, main { padding-left: 1rem; padding-right: 1rem; }
  .targets, .targets tbody, .targets tr, .targets td, .targets tbody th { display: block; }
  .targets thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .targets tr { padding: .7rem 0; border-bottom: 1px solid var(--edge); }
  .targets td, .targets tbody th { border: 0; padding: .15rem 0; }
}
${PICTURE_STYLES}
@media print {
  nav, button, form.choices, form:has(> .choices), .as-of a { display: none; }
  main { padding: 0; }
  .scroll { overflow: visible; }
  .scroll :is(td, th) { min-width: 4.8rem; }
  .scroll .pick, .figures :is(td, th), .figures th:last-child, .figures .code { min-width: 0; }
  .figures .code { white-space: pre-wrap; }
  .figures .number { width: auto; padding-right: .5rem; }
  .flames, .calls { min-width: 0; }
  .badge, .key, .incident, .sparkline, .flames, .calls { print-color-adjust: exact; }
  h1, h2, h3 { break-after: avoid; }
  tr, .timeline li, .stack, figure, .incident { break-inside: avoid; }
}`;

/** Changes with the text, so that a browser that keeps the stylesheet asks for the new one. */
export const STYLESHEET_VERSION = createHash('sha256')
  .update(STYLESHEET)
  .digest('hex')
  .slice(0, 12);
