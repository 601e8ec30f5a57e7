import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEAKING, PROGRAMS } from './services.ts';

/** A line of the leaking program with its neighbours, marked; nothing where the source is not there. */
export async function sourceExcerpt(file: string, line: number): Promise<string[]> {
  const built = await readFile(file, 'utf8').catch(() => undefined);
  const source = built ?? (await readFile(inProgram(file), 'utf8').catch(() => undefined));
  if (source === undefined) return [];
  return source
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ number }) => Math.abs(number - line) <= 2)
    .map(({ text, number }) =>
      `  ${number === line ? '>' : ' '} ${String(number).padStart(4)}  ${text.replaceAll('\t', '    ')}`.trimEnd(),
    );
}

/** A recording was built with -trimpath, and names files by import path. */
function inProgram(file: string): string {
  return join(PROGRAMS, LEAKING.program, file.replace(/^example\.com\/shop\//, ''));
}
