import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

const MAX_FILE_BYTES = 4 * 2 ** 20;
const MAX_FILES = 256;
const MAX_PATH_PARTS = 64;

/**
 * Finds the text of source files below one folder. Their names come from a profile, so from a target
 * that is not trusted: nothing outside of the folder is read, by `..` or by symbolic link, no
 * device, no huge file, and only so many files.
 */
export class SourceFolder {
  readonly #folder: string;
  readonly #read = new Map<string, Promise<readonly string[] | undefined>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The lines of the file, the first one at 0; `undefined` where it is not found. */
  lines(file: string): Promise<readonly string[] | undefined> {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    if (this.#read.size === MAX_FILES) return Promise.resolve(undefined);
    const reading = this.#find(file);
    this.#read.set(file, reading);
    return reading;
  }

  /**
   * A profile has the paths of the machine that built the program, or with -trimpath the module's
   * path, so the longest end of the path that is there below the folder is taken.
   */
  async #find(file: string): Promise<readonly string[] | undefined> {
    const root = await realpath(this.#folder).catch(() => undefined);
    if (root === undefined) return undefined;
    const within = root.endsWith(sep) ? root : root + sep;
    for (const end of endsOf(file)) {
      const path = await realpath(join(root, end)).catch(() => '');
      const text = path.startsWith(within) ? await readText(path) : undefined;
      if (text !== undefined) return text.replace(/\r?\n$/, '').split(/\r?\n/);
    }
    return undefined;
  }
}

/** Of `/src/shop/cart.go`: `src/shop/cart.go`, `shop/cart.go`, `cart.go`. */
function endsOf(file: string): string[] {
  const parts = file.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  const odd = parts.includes('..') || file.includes('\0') || parts.length > MAX_PATH_PARTS;
  return odd ? [] : parts.map((_, from) => parts.slice(from).join(sep));
}

/** `undefined` for what is no file of a source's size. Looked at first: to open a pipe may block. */
async function readText(path: string): Promise<string | undefined> {
  const about = await stat(path).catch(() => undefined);
  if (about?.isFile() !== true || about.size > MAX_FILE_BYTES) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}
