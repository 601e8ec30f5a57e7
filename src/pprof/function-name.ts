const MAX_LENGTH = 256;
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['{', '}'],
]);

/**
 * A function's name as it stays the same over Go versions, which spell type arguments as `[...]` (up
 * to 1.20) or in full: `main.(*Cache[go.shape.string,go.shape.[]uint8]).Put` and
 * `main.(*Cache[...]).Put` are one, and `struct {…}` loses its fields likewise. Closures (`func1.2`)
 * and methods stay as they are. A name of more than 256 characters keeps its two ends.
 */
export function normaliseFunction(name: string): string {
  return cutFunction(/[[{]/.test(name) ? collapseBrackets(name) : name);
}

/** A name of more than 256 characters, as type arguments make them, by its two ends. */
export function cutFunction(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const half = (MAX_LENGTH - 2) / 2;
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}

function collapseBrackets(name: string): string {
  let out = '';
  let at = 0;
  while (at < name.length) {
    const opening = name.charAt(at);
    const closing = CLOSING.get(opening);
    out += closing === undefined ? opening : `${opening}...${closing}`;
    at = closing === undefined ? at + 1 : endOfBracket(name, at);
  }
  return out;
}

/** Behind the bracket that closes the one at `start`, or the end of a name cut off within. */
function endOfBracket(name: string, start: number): number {
  // A struct tag is a quoted string and may hold any bracket; one without its end has all that is left, or
  // each of its quotes would be tried anew.
  const token = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[[\]{}]/gs;
  token.lastIndex = start;
  let depth = 0;
  for (let found = token.exec(name); found !== null; found = token.exec(name)) {
    const [text] = found;
    if (text === '[' || text === '{') depth++;
    if (text === ']' || text === '}') depth--;
    if (depth === 0) return token.lastIndex;
  }
  return name.length;
}

/**
 * The import path of the package that a function is in: `example.com/shop/cart` of
 * `example.com/shop/cart.(*Cart).Add`, `gopkg.in/yaml.v3` of `gopkg.in/yaml%2ev3.Unmarshal` (the
 * linker escapes dots behind the last slash), `main` of `main.main`; empty where there is none.
 */
export function packageOf(name: string): string {
  const [path = ''] = name.split(/[[({]/, 1);
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  if (dot < 0) return '';
  return path
    .slice(0, dot)
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * The name as `go tool pprof` shows it. Its clean-up of C++ names also takes parentheses, and what
 * stands between `<` and `>`, out of Go names with type arguments, but for those of methods of generic types:
 * `main.keep[go.shape.func(int) string]` is shown as `main.keep[go.shape.func string]`. Where it takes the
 * receiver itself, of the methods that Go 1.27 lets have type arguments of their own, the name is left
 * whole: `main.(*Store).Keep[go.shape.int]`, and not `main..Keep[go.shape.int]`.
 */
export function shownFunction(name: string): string {
  if (!/[<>[\]]|::/.test(name) || name.includes('.<') || name.includes(']).')) return name;
  if (isGenericMethod(name)) return name;
  return removeBetween(removeBetween(name, '(', ')'), '<', '>');
}

function isGenericMethod(name: string): boolean {
  const end = name.search(/[[{]/);
  return name[end] === '[' && /\.\(\*[^()]+\)\./.test(name.slice(0, end));
}

/** Stops at a closing character without its opening one, as `->` in a type has it. */
function removeBetween(name: string, opening: string, closing: string): string {
  let out = '';
  let from = 0;
  let depth = 0;
  for (let at = 0; at < name.length; at++) {
    const char = name.charAt(at);
    if (char === opening && depth++ === 0) out += name.slice(from, (from = at));
    if (char !== closing) continue;
    if (depth === 0) break;
    if (--depth === 0) from = at + 1;
  }
  return out + name.slice(from);
}
