export interface Sample {
  /** What stands between the braces, unparsed; empty where there are none. */
  readonly labels: string;
  readonly value: number;
}

/** The samples found under each name. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** The process collector of client_golang puts a namespace before its names where one is set. */
const PROCESS_NAME = /^[a-zA-Z_:][\w:]*_(process_\w+)$/;

const NAMESPACED = '_process_';

/** Longer lines cannot be among the wanted ones, whose labels are few; this bounds the work on each. */
const MAX_LINE = 4096;

/** More than one sample of a name is one too many already; a hostile page must not cost more. */
const MAX_SAMPLES = 100;

/**
 * Finds the samples of the wanted names in the Prometheus text format (version 0.0.4; also
 * OpenMetrics). A `process_…` name is also found under a namespace, `myapp_process_…`, but not
 * where the page has it plain, or under two namespaces: whose process that is, nobody can tell.
 */
export function findSamples(text: string, wanted: ReadonlySet<string>): Samples {
  const plain = new Map<string, Sample[]>();
  const prefixed = new Map<string, Sample[]>();
  for (const [name, rest] of linesOf(text, firstCharacters(wanted))) {
    const bare = wanted.has(name) ? name : withoutNamespace(name, wanted);
    const sample = bare === undefined ? undefined : parseRest(rest);
    if (bare === undefined || sample === undefined) continue;
    const found = bare === name ? plain : prefixed;
    found.set(bare, [...(found.get(bare) ?? []), sample].slice(0, MAX_SAMPLES));
  }
  const alone = [...prefixed].filter(([, samples]) => samples.length === 1);
  return new Map([...alone, ...plain]);
}

function firstCharacters(wanted: ReadonlySet<string>): ReadonlySet<number> {
  return new Set(Array.from(wanted, (name) => name.charCodeAt(0)));
}

/**
 * Lines that a wanted name may stand in front of, parted behind the name they begin with. Others are
 * hopped over: a page has a thousand lines of which twenty are wanted, and no text is made of those.
 */
function* linesOf(
  text: string,
  first: ReadonlySet<number>,
): Generator<readonly [name: string, rest: string]> {
  let namespaced = text.indexOf(NAMESPACED);
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const isNamespaced = namespaced >= 0 && namespaced < end;
    if (end - start <= MAX_LINE && (isNamespaced || first.has(text.charCodeAt(start)))) {
      const nameEnd = endOfName(text, start);
      yield [text.slice(start, nameEnd), text.slice(nameEnd, end)];
    }
    if (isNamespaced) namespaced = text.indexOf(NAMESPACED, end);
    start = end + 1;
  }
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

function withoutNamespace(name: string, wanted: ReadonlySet<string>): string | undefined {
  if (!name.includes(NAMESPACED)) return undefined;
  const bare = PROCESS_NAME.exec(name)?.[1];
  return bare !== undefined && wanted.has(bare) ? bare : undefined;
}

/** `{labels} value timestamp`, of which only the value must be there. */
function parseRest(rest: string): Sample | undefined {
  const [, labels = '', value = ''] =
    /^[ \t]*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]*([^\s#]+)(?:[ \t]|\r?$)/.exec(rest) ?? [];
  const number = parseValue(value);
  return number === undefined ? undefined : { labels, value: number };
}

function parseValue(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
