import { normaliseFunction } from '../pprof/function-name.ts';
import type { CodeTable, Frame } from '../pprof/profile.ts';
import { IntList } from './growing.ts';
import { hashText, mix } from './hash.ts';

const OWN_PREFIXES = ['runtime/pprof.', 'net/http/pprof.'];

/**
 * The functions and places of a process, each once and by number. A place is a location as its frames
 * tell it: functions, files and lines, innermost first; never an address.
 */
export class PlaceBook {
  /** By number: normalised names, under which a function is known. */
  readonly names: string[] = [];
  readonly #hashes: number[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #spelled: string[] = [];
  readonly #spelledOf = new Map<string, number>();
  /** By number of a spelling. */
  readonly #nameOf = new IntList();
  readonly #isProfiler: boolean[] = [];
  readonly #files: string[] = [];
  readonly #fileOf = new Map<string, number>();
  readonly #placeOf = new Map<number, number>();
  /** Frames of place `i`: `#start[i] … #start[i + 1] - 1`. */
  readonly #start = new IntList();
  readonly #frameSpelled = new IntList();
  readonly #frameFile = new IntList();
  readonly #frameLine = new IntList();
  readonly #ofProfiler: boolean[] = [];

  constructor() {
    this.#start.push(0);
  }

  /** The place of a location of a profile. */
  placeOf(code: CodeTable, location: number): number {
    const frames: Frame[] = [];
    const end = code.frameStart[location + 1] ?? 0;
    for (let at = code.frameStart[location] ?? 0; at < end; at++) {
      const index = code.frameFunction[at] ?? 0;
      const [name, file] = [code.functionName(index), code.functionFile(index)];
      frames.push({ function: name, file, line: code.frameLine[at] ?? 0 });
    }
    return this.add(frames);
  }

  add(frames: readonly Frame[]): number {
    let key = frames.length;
    for (const frame of frames) key = mix(mix(key, this.#spell(frame.function)), frame.line);
    const known = this.#placeOf.get(key);
    if (known !== undefined) return known;
    const place = this.#ofProfiler.length;
    this.#placeOf.set(key, place);
    for (const { function: name, file, line } of frames) {
      this.#frameSpelled.push(this.#spell(name));
      this.#frameFile.push(numberIn(this.#fileOf, this.#files, file));
      this.#frameLine.push(line);
    }
    this.#start.push(this.#frameSpelled.length);
    const spellings = frames.map(({ function: name }) => this.#spell(name));
    this.#ofProfiler.push(spellings.some((spelled) => this.#isProfiler[spelled] === true));
    return place;
  }

  /** Whether it belongs to the profiler itself or to the metrics page. */
  isOfProfiler(place: number): boolean {
    return this.#ofProfiler[place] === true;
  }

  framesOf(place: number): readonly Frame[] {
    const frames: Frame[] = [];
    for (let at = this.#start.at(place); at < this.#start.at(place + 1); at++) {
      frames.push({
        function: this.#spelled[this.#frameSpelled.at(at)] ?? '',
        file: this.#files[this.#frameFile.at(at)] ?? '',
        line: this.#frameLine.at(at),
      });
    }
    return frames;
  }

  /** Puts the functions of a place behind those that stand `into`, direct recursion collapsed. */
  addFunctions(place: number, into: IntList): void {
    const [spelled, nameOf, start] = [this.#frameSpelled.values, this.#nameOf.values, this.#start];
    const end = start.at(place + 1);
    let last = into.length > 0 ? into.at(into.length - 1) : -1;
    for (let at = start.at(place); at < end; at++) {
      const name = nameOf[spelled[at] ?? 0] ?? 0;
      if (name !== last) into.push(name);
      last = name;
    }
  }

  /** The same for all builds and Go versions. */
  hashOf(functions: IntList): number {
    let key = functions.length;
    for (let at = 0; at < functions.length; at++) {
      key = mix(key, this.#hashes[functions.at(at)] ?? 0);
    }
    return key;
  }

  #spell(text: string): number {
    const known = this.#spelledOf.get(text);
    if (known !== undefined) return known;
    const plain = normaliseFunction(text);
    const name = numberIn(this.#numberOf, this.names, plain);
    this.#hashes[name] ??= hashText(plain);
    this.#nameOf.push(name);
    this.#isProfiler.push(isProfiler(text));
    return numberIn(this.#spelledOf, this.#spelled, text);
  }
}

function numberIn(numbers: Map<string, number>, texts: string[], text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, texts.length);
  return texts.push(text) - 1;
}

function isProfiler(name: string): boolean {
  return OWN_PREFIXES.some((prefix) => name.startsWith(prefix)) || name.includes('promhttp.');
}
