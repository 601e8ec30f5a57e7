import { Composer, Lexer, LineCounter, Parser, visit } from 'yaml';
import type { CST, Document, Node } from 'yaml';
import type { Position, Problem } from '../problem.ts';
import { UNCLOSED_QUOTE, syntaxMessage } from './syntax-problem.ts';

export const MAX_DEPTH = 64;
/** A file that is no YAML at all has as many mistakes as lines. */
const MAX_PROBLEMS = 20;
export const TOO_DEEP = `nested more than ${MAX_DEPTH} levels deep; write it flatter`;

/** The nodes of one document; `problems` is empty where the YAML is sound. */
export interface Parsed {
  readonly contents: Node | null;
  readonly positionOf: (offset: number) => Position;
  readonly problems: readonly Problem[];
}

/** Text to YAML nodes with their offsets, nested at most `MAX_DEPTH` deep. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => lines.linePos(offset);
  const { tokens, tooDeepAt } = parseTokens(text, lines);
  if (tooDeepAt !== undefined) {
    const problem = { at: positionOf(tooDeepAt), where: 'YAML', message: TOO_DEEP };
    return { contents: null, positionOf, problems: [problem] };
  }
  // Failsafe: every scalar is text, so that a version 1.10 and a password 0123 stay what they are.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const problems = documents.flatMap((document, index) => syntaxProblems(document, index));
  return {
    contents: documents[0]?.contents ?? null,
    positionOf,
    problems: firstOfEachLine(
      problems.map(({ offset, message }) => ({ at: positionOf(offset), where: 'YAML', message })),
    ),
  };
}

/**
 * The lexer and the parser keep a stack of their own, so that depth can be seen here and refused.
 * What comes after them recurses, and node dies, uncatchably, where that runs out of stack.
 */
function parseTokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) return { tokens, tooDeepAt: parser.offset };
  }
  tokens.push(...parser.end());
  return { tokens, tooDeepAt: undefined };
}

interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

function syntaxProblems(document: Document.Parsed, index: number): readonly SyntaxProblem[] {
  const all = [...document.errors, ...document.warnings];
  const unclosed = all.find(({ message }) => message.startsWith('Missing closing'));
  if (unclosed !== undefined) {
    return [{ offset: openingQuote(document, unclosed.pos[0]), message: UNCLOSED_QUOTE }];
  }
  const problems = all.map(({ code, pos }) => ({ offset: pos[0], message: syntaxMessage(code) }));
  if (index !== 1) return problems;
  return [{ offset: document.range[0], message: syntaxMessage('MULTIPLE_DOCS') }, ...problems];
}

/** A quote that is never closed is missed at the end of the file, but mended where it opens. */
function openingQuote(document: Document.Parsed, end: number): number {
  let opening = end;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (isQuoted && range?.[1] === end) opening = range[0];
    },
  });
  return opening;
}

/** One slip makes the parser complain several times on a line; the first complaint says it. */
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  const byLine = new Map<number, Problem>();
  for (const problem of problems) {
    if (!byLine.has(problem.at.line)) byLine.set(problem.at.line, problem);
  }
  return [...byLine.values()].slice(0, MAX_PROBLEMS);
}
