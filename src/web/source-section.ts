import { html } from 'hono/html';
import type { SourceExcerpt } from '../notify/sources.ts';
import type { SourceLink } from '../source/link.ts';
import type { Html } from './format.ts';
import { size, table } from './format.ts';

/** Where the program's source is known: the lines around the suspect's, or the way to them. */
export interface SuspectSource {
  readonly link: SourceLink | undefined;
  readonly excerpt: SourceExcerpt | undefined;
}

/** The suspect's lines with what each of them holds, as the mails have them; empty where none are known. */
export function sourceSection({ link, excerpt }: SuspectSource): Html {
  if (link === undefined && excerpt === undefined) return html``;
  return html`<h3 id="source">Source</h3>
    ${excerpt === undefined ? '' : excerptTable(excerpt)}
    ${link === undefined ? '' : html`<p><a href="${link.url}" rel="noreferrer">${linkWords(link)}</a></p>`}`;
}

function excerptTable({ lines }: SourceExcerpt): Html {
  const rows = lines.map(({ line, text, inuseBytes, isSuspect }) => {
    const code = html`<code>${text}</code>`;
    return html`<tr>
      <td class="number">${inuseBytes > 0 ? size(inuseBytes) : ''}</td>
      <td class="number">${line}</td>
      <td class="code">${isSuspect ? html`<strong>${code}</strong>` : code}</td>
    </tr>`;
  });
  return html`<div class="figures">${table(['In use', 'Line', 'Source'], rows, 'No line.')}</div>`;
}

function linkWords({ revision }: SourceLink): string {
  return revision === undefined
    ? 'These lines at the newest revision; the running one is not known'
    : `These lines at ${revision.slice(0, 12)}, which runs`;
}
