/** Text that is markup already; what else is put into a picture is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/**
 * XML in which everything that came from elsewhere is escaped. Control characters, which XML has no
 * way to write, and those that turn text around are replaced: one of them in a function's name would
 * break the whole picture.
 */
export function xml(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = strings.map((string, index) => string + textOf(parts[index])).join('');
  return new Markup(text);
}

function textOf(part: Part | undefined): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escape(String(part));
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escape(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu, '\u{fffd}')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES.get(sign) ?? sign);
}
