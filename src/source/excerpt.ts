import { SourceFolder } from './source-folder.ts';

export interface SourceLine {
  readonly line: number;
  readonly text: string;
}

/** Lines shown before and after the one that is asked for. */
const MARGIN = 5;
const MAX_WIDTH = 160;

/**
 * The lines around one line of a Go file below `root`. The file's name comes from a target, which is
 * not trusted: nothing but Go source is read, nothing hidden, nothing outside of the root, nothing
 * binary. `undefined` where there is no such line.
 */
export async function readExcerpt(
  root: string,
  { file, line }: { readonly file: string; readonly line: number },
): Promise<readonly SourceLine[] | undefined> {
  if (!isGoSource(file) || line < 1) return undefined;
  const lines = await new SourceFolder(root).lines(file);
  if (lines === undefined || line > lines.length) return undefined;
  if (lines.some((text) => text.includes('\0'))) return undefined;
  const from = Math.max(1, line - MARGIN);
  const shown = lines.slice(from - 1, line + MARGIN).map((text, index) => ({
    line: from + index,
    text: cut(text.replaceAll('\t', '    ').replace(/[\p{C}]/gu, '\u{fffd}')),
  }));
  return withoutIndent(shown);
}

function isGoSource(file: string): boolean {
  return file.endsWith('.go') && !/(^|[/\\])\./.test(file);
}

function cut(text: string): string {
  return text.length <= MAX_WIDTH ? text : `${text.slice(0, MAX_WIDTH - 1)}…`;
}

/** What all lines are indented by says nothing and takes room that a phone does not have. */
function withoutIndent(lines: readonly SourceLine[]): readonly SourceLine[] {
  const indents = lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ text }) => text.length - text.trimStart().length);
  const indent = Math.min(...indents, 40);
  return lines.map(({ line, text }) => ({ line, text: text.slice(indent) }));
}
