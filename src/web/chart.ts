import { html } from 'hono/html';
import { formatDuration } from '../config/units.ts';
import type { Html } from './format.ts';
import { pathPart } from './format.ts';
import type { View } from './layout.ts';
import type { Range } from './picture/ask.ts';
import { stepOf, writePictureQuery } from './picture/ask.ts';

interface Chart {
  readonly name: 'memory' | 'goroutines' | 'stacks' | 'growth';
  readonly target: string;
  /** What it shows, in words. */
  readonly alt: string;
  readonly range?: Range;
}

const HEIGHTS = { memory: 280, goroutines: 180, stacks: 180, growth: 240 } as const;

/** A picture of a target over time, in the colours and for the width of the page; fetched when it comes into sight. */
export function chart({ name, target, alt, range = '1d' }: Chart, view: View): Html {
  const url = `${view.root}api/v1/targets/${pathPart(target)}/${name}`;
  const svg = (theme: 'light' | 'dark', size: 'wide' | 'narrow') =>
    `${url}.svg${writePictureQuery({ theme, range, size })}`;
  const asWide = writePictureQuery({ theme: 'light', range, size: 'wide' });
  return html`<figure class="chart">
    <picture>
      <source
        srcset="${svg('dark', 'narrow')}"
        media="screen and (prefers-color-scheme: dark) and (max-width: 40rem)"
      />
      <source srcset="${svg('light', 'narrow')}" media="(max-width: 40rem)" />
      <source srcset="${svg('dark', 'wide')}" media="screen and (prefers-color-scheme: dark)" />
      <img
        src="${svg('light', 'wide')}"
        alt="${alt}"
        loading="lazy"
        width="960"
        height="${HEIGHTS[name]}"
      />
    </picture>
    <figcaption>
      <span
        >times in
        UTC${name === 'growth' ? '' : `; the highest in each ${formatDuration(stepOf(range))} or less`}</span
      >
      <span
        ><a href="${url}.svg${asWide}">${name} as SVG</a>,
        <a href="${url}.png${asWide}">as PNG</a></span
      >
    </figcaption>
  </figure>`;
}
