import { html } from 'hono/html';
import type { SavedProfile } from '../incident/incident.ts';
import { ofLastProcess, restartBetween } from '../memory/restarts.ts';
import type { Html } from './format.ts';
import { moment, pathPart, size, table } from './format.ts';
import type { View } from './layout.ts';

export interface Kept {
  /** Oldest first. */
  readonly profiles: readonly SavedProfile[];
  /** When other processes began to answer, oldest first. */
  readonly restarts: readonly number[];
}

/** The saved profiles of a target, to download or to compare any two of them: by default of one process. */
export function profileSection(target: string, { profiles, restarts }: Kept, view: View): Html {
  const [first] = ofLastProcess(profiles, restarts);
  const last = profiles.at(-1);
  if (first === undefined || last === undefined) return html`<p class="empty">None yet.</p>`;
  // One that is the first of its process has none to be compared with but those of another.
  const before = first.file === last.file ? (profiles[0] ?? first) : first;
  const folder = `targets/${pathPart(target)}`;
  const url = (file: string) => `${view.baseUrl}/${folder}/profiles/${pathPart(file)}`;
  const isFirstOfProcess = (index: number): boolean => {
    const [before, here] = [profiles[index - 1], profiles[index]];
    if (before === undefined || here === undefined) return false;
    return restartBetween(restarts, { from: before.at, to: here.at }) !== undefined;
  };
  const rows = profiles.map(
    ({ file, at, bytes }, index) =>
      html`<tr>
        <td class="pick">${pick('before', file, before.file)}</td>
        <td class="pick">${pick('after', file, last.file)}</td>
        <th scope="row"><a href="${view.root}${folder}/profiles/${pathPart(file)}">${file}</a></th>
        <td>
          ${moment(at, view.now)}
          ${isFirstOfProcess(index) ? html`<small>first of another process</small>` : ''}
        </td>
        <td>${size(bytes)}</td>
      </tr>`,
  );
  const base = first.file === last.file ? '' : `-diff_base ${url(first.file)} `;
  return html`<pre><code>go tool pprof ${base}${url(last.file)}</code></pre>
    <form method="get" action="${view.root}${folder}/compare">
      <p><button type="submit">Compare the two chosen</button></p>
      <div class="profiles">
        ${table(['Before', 'After', 'File', 'Taken', 'Size'], rows.toReversed(), 'None yet.')}
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
