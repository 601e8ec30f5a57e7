import { createHash } from 'node:crypto';

/**
 * What the pages do more where scripts run; they say all there is without. In a module for the same
 * reason as the stylesheet. Served from the own origin, since the policy allows nothing inline.
 */
export const SCRIPT = `'use strict';
// What was left open says so: all that it tells is from when it was loaded.
const aged = document.getElementById('aged');
if (aged) {
  const loaded = Date.now();
  const tellAge = () => {
    const minutes = Math.floor((Date.now() - loaded) / 60000);
    const hours = Math.floor(minutes / 60);
    aged.hidden = minutes < 2;
    aged.textContent = (hours > 0 ? hours + 'h' : minutes + 'm') + ' old: load it anew';
  };
  setInterval(tellAge, 20000);
  for (const shown of ['pageshow', 'visibilitychange']) addEventListener(shown, tellAge);
}
// Fleet: filtered while typing, and sorted as it is chosen, by asking for what the form would show; one request at a time.
const fleet = document.getElementById('fleet');
if (fleet) {
  const form = document.querySelector('form[role=search]');
  const found = document.getElementById('fleet-found');
  const wanted = () => '?' + new URLSearchParams(new FormData(form));
  // What is still asked for when the page is left fails, and is no failure to speak of.
  let leaving = new AbortController();
  addEventListener('pagehide', () => {
    leaving.abort();
    leaving = new AbortController();
  });
  const show = async (query) => {
    const answer = await fetch(query, { signal: leaving.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['states', 'fleet']) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    found.textContent = document.getElementById('matching').textContent;
    history.replaceState(null, '', query);
  };
  let asking = false;
  const follow = async () => {
    if (asking) return;
    asking = true;
    try {
      for (let query; query !== wanted(); ) await show((query = wanted()));
    } catch (error) {
      if (error.name !== 'AbortError') found.textContent = 'not filtered: ' + error.message + '; press Show';
    }
    asking = false;
  };
  form.q.addEventListener('input', follow);
  form.sort.addEventListener('change', follow);
}
// Flame graph: one stop of the tab key, arrows within, what is under the pointer in words, search while typing.
const flames = document.querySelector('svg.flames');
if (flames) {
  const frames = [...flames.querySelectorAll('a.frame')];
  const boxes = frames.map((frame) => frame.querySelector('rect').getBBox());
  const detail = document.getElementById('flame-detail');
  let current = 0;
  const tell = (frame) => { detail.textContent = frame.getAttribute('aria-label'); };
  const moveTo = (index) => {
    if (index < 0) return;
    frames[current].setAttribute('tabindex', '-1');
    current = index;
    frames[current].setAttribute('tabindex', '0');
    frames[current].focus();
  };
  const nearest = (fits, distance) => {
    let best = -1;
    boxes.forEach((box, index) => {
      if (fits(box) && (best < 0 || distance(box) < distance(boxes[best]))) best = index;
    });
    return best;
  };
  const middle = (box) => box.x + box.width / 2;
  const inRow = (y, box) => Math.abs(box.y - y) < 1;
  const steps = {
    ArrowUp: (from) => nearest((box) => inRow(from.y - 18, box), (box) => Math.abs(middle(box) - middle(from))),
    ArrowDown: (from) => nearest((box) => inRow(from.y + 18, box), (box) => Math.abs(middle(box) - middle(from))),
    ArrowLeft: (from) => nearest((box) => inRow(from.y, box) && box.x < from.x, (box) => from.x - box.x),
    ArrowRight: (from) => nearest((box) => inRow(from.y, box) && box.x > from.x, (box) => box.x - from.x),
  };
  frames.forEach((frame, index) => {
    frame.setAttribute('tabindex', index === 0 ? '0' : '-1');
    frame.addEventListener('focus', () => tell(frame));
    frame.addEventListener('pointerenter', () => tell(frame));
  });
  flames.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(step(boxes[current]));
  });
  const search = document.querySelector('input[name=search]');
  // A closer view keeps what is searched for.
  flames.addEventListener('click', (event) => {
    const frame = event.target.closest('a.frame');
    if (!frame) return;
    const link = new URL(frame.getAttribute('href'), location.href);
    link.searchParams.set('search', search.value);
    frame.setAttribute('href', link.search);
  });
  const found = document.getElementById('flame-search');
  search.addEventListener('input', () => {
    const wanted = search.value.toLowerCase();
    let hits = 0;
    for (const frame of frames) {
      const hit = wanted !== '' && frame.dataset.name.toLowerCase().includes(wanted);
      frame.classList.toggle('hit', hit);
      if (hit) hits += 1;
    }
    found.textContent = wanted === '' ? '' : '· ' + hits + (hits === 1 ? ' frame matches “' : ' frames match “') + search.value + '”';
    const url = new URL(location.href);
    if (wanted === '') url.searchParams.delete('search');
    else url.searchParams.set('search', search.value);
    history.replaceState(null, '', url);
  });
}
`;

/** Changes with the text, so that a browser that keeps the script asks for the new one. */
export const SCRIPT_VERSION = createHash('sha256').update(SCRIPT).digest('hex').slice(0, 12);
