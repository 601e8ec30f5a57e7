import { html } from 'hono/html';
import type { SavedProfile } from '../../incident/incident.ts';
import { HEAP_SAMPLE_TYPES } from '../../pprof/profile.ts';
import type { Html } from '../format.ts';
import { counted } from '../format.ts';
import type { Asked } from './link.ts';
import { ALONE } from './link.ts';

/** What may be chosen: two profiles, or a window of the history, and how they are looked at. */
export function choices(asked: Asked, saved: readonly SavedProfile[]): Html {
  return html`${profileForm(asked, saved)} ${windowForm(asked, saved)}`;
}

function profileForm(asked: Asked, saved: readonly SavedProfile[]): Html {
  const files = saved.toReversed().map(({ file, at }) => ({
    value: file,
    words: new Date(at).toISOString().replace('.000Z', 'Z'),
  }));
  const before = [{ value: ALONE, words: 'nothing (one profile alone)' }, ...files];
  return html`<form class="choices" method="get" aria-label="Two profiles">
    ${select({ name: 'before', label: 'Before', chosen: asked.before || ALONE, options: before })}
    ${select({ name: 'after', label: 'After', chosen: asked.after, options: files })}
    ${select({
      name: 'sample',
      label: 'Sample',
      chosen: asked.type,
      options: HEAP_SAMPLE_TYPES.toReversed().map((value) => ({ value, words: value })),
    })}
    ${select({
      name: 'sort',
      label: 'Sort by',
      chosen: asked.sort,
      options: [
        { value: 'flat', words: 'flat' },
        { value: 'cum', words: 'cum' },
      ],
    })}
    <label>Search <input type="search" name="search" value="${asked.search}" /></label>
    <label class="check">
      <input type="checkbox" name="invert" value="1" ${asked.inverted ? 'checked' : ''} /> Invert
    </label>
    ${hidden('function', asked.function)}
    <button type="submit">Show</button>
  </form>`;
}

/** Starts from the two profiles that are shown. */
function windowForm(asked: Asked, saved: readonly SavedProfile[]): Html {
  const timeOf = (file: string) => saved.find((one) => one.file === file)?.at;
  const last = timeOf(asked.after);
  const first = timeOf(asked.before) ?? last;
  const inside = saved.filter(({ at }) => at >= (first ?? 0) && at <= (last ?? 0)).length;
  const ofWindow = asked.from !== '' || asked.to !== '';
  return html`<form class="choices" method="get" aria-label="Window of the history">
    ${time('from', 'From (UTC)', first)} ${time('to', 'To (UTC)', last)}
    ${hidden('sample', asked.type)} ${hidden('sort', asked.sort)} ${hidden('search', asked.search)}
    ${hidden('invert', asked.inverted ? '1' : '')} ${hidden('function', asked.function)}
    <button type="submit">Show this window</button>
    ${
      ofWindow
        ? html`<span class="facts"
            >the first and the last of ${counted(inside, 'profile')} in
            it${asked.before === '' ? ': one profile has nothing to compare with' : ''}</span
          >`
        : ''
    }
  </form>`;
}

/** Whole seconds as browsers have them, from `at` on, so that what was saved then is within. */
function time(name: 'from' | 'to', label: string, at: number | undefined): Html {
  const second = (name === 'from' ? Math.floor : Math.ceil)((at ?? 0) / 1_000);
  const value = at === undefined ? '' : new Date(second * 1_000).toISOString().slice(0, 19);
  return html`<label
    >${label} <input type="datetime-local" name="${name}" step="1" value="${value}"
  /></label>`;
}

function hidden(name: string, value: string): Html {
  return value === '' ? html`` : html`<input type="hidden" name="${name}" value="${value}" />`;
}
interface Choice {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly { readonly value: string; readonly words: string }[];
}

function select({ name, label, chosen, options }: Choice): Html {
  return html`<label
    >${label}
    <select name="${name}">
      ${options.map(
        ({ value, words }) =>
          html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${words}</option>`,
      )}
    </select>
  </label>`;
}
