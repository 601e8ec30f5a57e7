import { readFile } from 'node:fs/promises';

/**
 * A value that must never reach a log, a page, a metric or an error message. Printing, logging or
 * serialising it shows `<secret>`; only `read` tells it. A secret kept in a file is read anew each
 * time, so that a rotated one needs no reload, and loses its trailing line break.
 */
export class Secret {
  readonly #value: string | undefined;
  readonly #file: string | undefined;

  private constructor(value: string | undefined, file: string | undefined) {
    this.#value = value;
    this.#file = file;
  }

  static of(value: string): Secret {
    return new Secret(value, undefined);
  }

  static inFile(path: string): Secret {
    return new Secret(undefined, path);
  }

  /** Rejects where the file cannot be read. */
  async read(): Promise<string> {
    if (this.#file === undefined) return this.#value ?? '';
    return (await readFile(this.#file, 'utf8')).replace(/\r?\n$/, '');
  }

  /** Comparing structures does not see what is private. */
  isSameAs(other: Secret | undefined): boolean {
    return other !== undefined && this.#value === other.#value && this.#file === other.#file;
  }

  toString(): string {
    return '<secret>';
  }

  toJSON(): string {
    return '<secret>';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<secret>';
  }
}
