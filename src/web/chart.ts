import { html } from 'hono/html';
import type { Html } from './format.ts';
import { pathPart } from './format.ts';
import type { View } from './layout.ts';

interface Chart {
  readonly name: 'memory' | 'goroutines' | 'growth';
  readonly target: string;
  /** What it shows, in words. */
  readonly alt: string;
}

/** A picture of a target over time, in the colours of the page; fetched when it comes into sight. */
export function chart({ name, target, alt }: Chart, view: View): Html {
  const url = `${view.root}api/v1/targets/${pathPart(target)}/${name}`;
  return html`<figure class="chart">
    <picture>
      <source srcset="${url}.svg?theme=dark" media="(prefers-color-scheme: dark)" />
      <img src="${url}.svg" alt="${alt}" loading="lazy" width="960" height="280" />
    </picture>
    <figcaption>
      <span>times in UTC</span>
      <span><a href="${url}.svg">${name} as SVG</a>, <a href="${url}.png">as PNG</a></span>
    </figcaption>
  </figure>`;
}
