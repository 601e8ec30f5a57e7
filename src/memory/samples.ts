export interface Sample {
  /** What stands between the braces, unparsed; empty where there are none. */
  readonly labels: string;
  readonly value: number;
}

/** The samples found under each name. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** The process collector of client_golang puts a namespace before its names where one is set. */
const NAMESPACED = '_process_';

/** Longer lines cannot be among the wanted ones, whose labels are few; this bounds the work on each. */
const MAX_LINE = 4096;

/** More than one sample of a name is one too many already; a hostile page must not cost more. */
const MAX_SAMPLES = 100;

/** The names to look for, whether one begins with a character: 1 at its code, and which may have a namespace. */
export interface Wanted {
  readonly names: ReadonlySet<string>;
  readonly begins: Uint8Array;
  readonly namespaced: readonly string[];
}

export function wantedNames(names: readonly string[]): Wanted {
  const begins = new Uint8Array(128);
  for (const name of names) begins[name.charCodeAt(0)] = 1;
  const namespaced = names.filter((name) => name.startsWith('process_'));
  return { names: new Set(names), begins, namespaced };
}

/**
 * Finds the samples of the wanted names in the Prometheus text format (version 0.0.4; also
 * OpenMetrics). A `process_…` name is also found under a namespace, `myapp_process_…`, but not
 * where the page has it plain, or under two namespaces: whose process that is, nobody can tell.
 *
 * Lines that no wanted name may stand in front of are hopped over: a page has a thousand lines of which twenty
 * are wanted, and no text is made of those. A namespace is looked for only where a plain name is missing.
 */
export function findSamples(text: string, wanted: Wanted): Samples {
  const plain = plainSamples(text, wanted);
  const missing = wanted.namespaced.filter((name) => !plain.has(name));
  if (missing.length === 0) return plain;
  for (const [name, samples] of prefixedSamples(text, new Set(missing))) {
    if (samples.length === 1) plain.set(name, samples);
  }
  return plain;
}

function plainSamples(text: string, { names, begins }: Wanted): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  const wantedName = (name: string) => (names.has(name) ? name : undefined);
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (end - start <= MAX_LINE && begins[text.charCodeAt(start)] === 1) {
      takeLine(found, { text, start, end }, wantedName);
    }
    start = end + 1;
  }
  return found;
}

/** By their names without the namespace. */
function prefixedSamples(text: string, wanted: ReadonlySet<string>): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  const bareName = (name: string) => {
    const namespace = name.lastIndexOf(NAMESPACED);
    const bare = name.slice(namespace + 1);
    return namespace > 0 && wanted.has(bare) && /^\D/.test(name) ? bare : undefined;
  };
  for (let at = text.indexOf(NAMESPACED); at >= 0;) {
    const start = text.lastIndexOf('\n', at) + 1;
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    if (end - start <= MAX_LINE) takeLine(found, { text, start, end }, bareName);
    at = text.indexOf(NAMESPACED, end);
  }
  return found;
}

/** Where a line stands in the page. */
interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `nameOf` gives the name that a line's sample is noted under, where it is wanted. */
function takeLine(
  found: Map<string, Sample[]>,
  { text, start, end }: Line,
  nameOf: (name: string) => string | undefined,
): void {
  const nameEnd = endOfName(text, start);
  const name = nameOf(text.slice(start, nameEnd));
  if (name !== undefined) note(found, name, text.slice(nameEnd, end));
}

function note(found: Map<string, Sample[]>, name: string, rest: string): void {
  const sample = parseRest(rest);
  if (sample === undefined) return;
  const known = found.get(name);
  if (known === undefined) found.set(name, [sample]);
  else if (known.length < MAX_SAMPLES) known.push(sample);
}

function endOfName(text: string, start: number): number {
  let end = start;
  while (isNameCharacter(text.charCodeAt(end))) end += 1;
  return end;
}

/** `[a-zA-Z0-9_:]`, by code, since this runs for every line of pages of megabytes. */
function isNameCharacter(code: number): boolean {
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  return isLetter || code === 95 || (code >= 48 && code <= 58);
}

/** `{labels} value timestamp`, of which only the value must be there, and mostly is. */
function parseRest(rest: string): Sample | undefined {
  const alone = rest.charCodeAt(0) === SPACE ? rest.slice(1) : '';
  if (NUMBER.test(alone)) return { labels: '', value: Number(alone) };
  const [, labels = '', value = ''] =
    /^[ \t]*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]*([^\s#]+)(?:[ \t]|\r?$)/.exec(rest) ?? [];
  const number = parseValue(value);
  return number === undefined ? undefined : { labels, value: number };
}

const SPACE = 32;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parseValue(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}
