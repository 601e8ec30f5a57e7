import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

export interface Instruction {
  /** `COPY`, `RUN` and so on. */
  readonly word: string;
  readonly rest: string;
}

/** Of a Dockerfile, in order; what goes on over several lines is one. */
export function instructionsOf(file: string): readonly Instruction[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\\\n\s*/g, '');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [word = '', ...rest] = line.split(' ');
      return { word, rest: rest.join(' ') };
    });
}
