import type { Entry } from './legend.ts';
import type { Theme } from './theme.ts';
import { PALETTES } from './theme.ts';
import type { Markup } from './xml.ts';
import { xml } from './xml.ts';

export const MARK_KINDS = ['capture', 'restart', 'deploy', 'incident'] as const;

/** A moment worth a mark on the line of time. */
export interface Mark {
  readonly at: number;
  readonly kind: (typeof MARK_KINDS)[number];
  readonly name: string;
}

interface Plot {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
  readonly theme: Theme;
  readonly x: (at: number) => number;
}

const WORDS: Readonly<Record<Mark['kind'], string>> = {
  capture: 'profile captured',
  restart: 'restart',
  deploy: 'deploy',
  incident: 'incident',
};
/** So many of what has a line; more would hide what they are about. */
const MAX_LINES = 24;
const CHARACTER = 6.6;
const NAME_ROWS = 3;
const NAME_ROW = 13;

/**
 * A short tick at the foot for what comes often, a line with its name for what does not. It is our own since
 * scales and paths say nothing of how names of marks share the room above a plot.
 */
export function marksMarkup(marks: readonly Mark[], plot: Plot): readonly Markup[] {
  const { from, to, x, bottom, theme } = plot;
  const within = marks.filter(({ at }) => at >= from && at <= to);
  const ticks = within
    .filter(({ kind }) => kind === 'capture')
    .map(
      ({ at, name }) =>
        xml`<path d="M${x(at)} ${bottom}v-7" stroke="${colourOf('capture', theme)}" stroke-width="1.5"><title>${name}</title></path>`,
    );
  const lines = within
    .filter(({ kind }) => kind !== 'capture')
    .toSorted((a, b) => a.at - b.at)
    .slice(-MAX_LINES);
  return [...ticks, ...namedLines(lines, plot)];
}

/**
 * Names stand left of their lines where there is room within the plot, since the scale is beside it, else right of
 * them, in the first row that is free; where none is, the
 * line goes without, as a restart always does, which the legend tells.
 */
function namedLines(
  marks: readonly Mark[],
  { from, x, top, bottom, theme }: Plot,
): readonly Markup[] {
  const rowEnds = Array.from({ length: NAME_ROWS }, () => 0);
  return marks.map(({ at, kind, name }) => {
    const [right, width] = [x(at), name.length * CHARACTER + 8];
    const fits = right - width >= x(from);
    const start = fits ? right - width : right;
    const row = kind === 'restart' ? -1 : rowEnds.findIndex((end) => end <= start);
    if (row >= 0) rowEnds[row] = start + width;
    const colour = colourOf(kind, theme);
    const anchor = fits ? { x: right - 4, at: 'end' } : { x: right + 4, at: 'start' };
    const words =
      row < 0
        ? xml``
        : xml`<text x="${anchor.x}" y="${top + 11 + row * NAME_ROW}" text-anchor="${anchor.at}" font-size="11" fill="${colour}" stroke="${PALETTES[theme].ground}" stroke-width="3" paint-order="stroke">${name}</text>`;
    return xml`<line x1="${right}" x2="${right}" y1="${top}" y2="${bottom}" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dashOf(kind)}"><title>${name}</title></line>${words}`;
  });
}

/** What of these is there, for the legend. */
export function markEntries(marks: readonly Mark[], theme: Theme): readonly Entry[] {
  return MARK_KINDS.filter((kind) => marks.some((mark) => mark.kind === kind)).map((kind) => ({
    name: WORDS[kind],
    colour: colourOf(kind, theme),
    dash: dashOf(kind),
    shape: kind === 'capture' ? 'stands_short' : 'stands',
  }));
}

/** `14 profiles captured, 2 restarts, deploy 4f0c → b7d1, opened`; empty where nothing was marked. */
export function describeMarks(marks: readonly Mark[]): string {
  const captures = marks.filter(({ kind }) => kind === 'capture').length;
  const restarts = marks.filter(({ kind }) => kind === 'restart').length;
  const named = marks
    .filter(({ kind }) => kind === 'deploy' || kind === 'incident')
    .slice(-MAX_LINES)
    .map(({ kind, name }) => (kind === 'deploy' ? `deploy ${name}` : `incident ${name}`));
  return [
    ...(captures === 0 ? [] : [`${captures} ${captures === 1 ? 'profile' : 'profiles'} captured`]),
    ...(restarts === 0 ? [] : [`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`]),
    ...named,
  ].join(', ');
}

function colourOf(kind: Mark['kind'], theme: Theme): string {
  const { faint, text, deploy, incident } = PALETTES[theme];
  switch (kind) {
    case 'capture':
      return faint;
    case 'restart':
      return text;
    case 'deploy':
      return deploy;
    case 'incident':
      return incident;
  }
}

function dashOf(kind: Mark['kind']): string {
  return kind === 'restart' ? '2 3' : '';
}
