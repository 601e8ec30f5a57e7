import { html } from 'hono/html';
import type { SavedProfile } from '../incident/incident.ts';
import type { Html } from './format.ts';
import { moment, pathPart, size, table } from './format.ts';
import type { View } from './layout.ts';

/** The saved profiles of a target, to download or to compare any two of them. */
export function profileSection(
  target: string,
  profiles: readonly SavedProfile[],
  view: View,
): Html {
  const [first] = profiles;
  const last = profiles.at(-1);
  if (first === undefined || last === undefined) return html`<p class="empty">None yet.</p>`;
  const folder = `targets/${pathPart(target)}`;
  const url = (file: string) => `${view.baseUrl}/${folder}/profiles/${pathPart(file)}`;
  const rows = profiles.toReversed().map(
    ({ file, at, bytes }) =>
      html`<tr>
        <td class="pick">${pick('before', file, first.file)}</td>
        <td class="pick">${pick('after', file, last.file)}</td>
        <th scope="row"><a href="${view.root}${folder}/profiles/${pathPart(file)}">${file}</a></th>
        <td>${moment(at, view.now)}</td>
        <td>${size(bytes)}</td>
      </tr>`,
  );
  return html`<pre><code>go tool pprof -diff_base ${url(first.file)} ${url(last.file)}</code></pre>
    <form method="get" action="${view.root}${folder}/compare">
      <p><button type="submit">Compare the two chosen</button></p>
      <div class="profiles">
        ${table(['Before', 'After', 'File', 'Taken', 'Size'], rows, 'None yet.')}
      </div>
    </form>`;
}

function pick(side: 'before' | 'after', file: string, chosen: string): Html {
  return html`<input
    type="radio"
    name="${side}"
    value="${file}"
    aria-label="${side}: ${file}"
    ${file === chosen ? 'checked' : ''}
  />`;
}
