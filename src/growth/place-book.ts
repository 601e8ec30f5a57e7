import { normaliseFunction } from '../pprof/function-name.ts';
import type { CodeTable, Frame } from '../pprof/profile.ts';
import { IntList } from './growing.ts';
import { hashText, join, mix } from './hash.ts';
import { Numbering } from './numbering.ts';
import { servesObserver } from './observer.ts';

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
  readonly #isObserver: boolean[] = [];
  readonly #files: string[] = [];
  readonly #fileOf = new Map<string, number>();
  readonly #places = new Numbering();
  /** The locations that profiles had, by the hashes that came with them, and the place of each. */
  readonly #locations = new Numbering();
  readonly #placeOfLocation = new IntList();
  /** Frames of place `i`: `start[i] … start[i + 1] - 1`; by frame, the number of its function's name. */
  readonly start = new IntList();
  readonly frameName = new IntList();
  readonly #frameSpelled = new IntList();
  readonly #frameFile = new IntList();
  readonly #frameLine = new IntList();
  readonly #ofObserver: boolean[] = [];

  constructor() {
    this.start.push(0);
  }

  /** The place of a location of a profile. Names are looked up for one that is new. */
  placeOf(code: CodeTable, location: number): number {
    const { locationHash } = code;
    const [a = 0, b = 0] = [locationHash[2 * location], locationHash[2 * location + 1]];
    const known = this.#locations.count;
    const found = this.#locations.numberOf(join(a, b));
    if (found === known) this.#placeOfLocation.push(this.#read(code, location));
    return this.#placeOfLocation.at(found);
  }

  #read(code: CodeTable, location: number): number {
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
    const known = this.#places.count;
    const place = this.#places.numberOf(key);
    if (place < known) return place;
    for (const { function: name, file, line } of frames) {
      const spelled = this.#spell(name);
      this.#frameSpelled.push(spelled);
      this.frameName.push(this.#nameOf.at(spelled));
      this.#frameFile.push(numberIn(this.#fileOf, this.#files, file));
      this.#frameLine.push(line);
    }
    this.start.push(this.#frameSpelled.length);
    const spellings = frames.map(({ function: name }) => this.#spell(name));
    this.#ofObserver.push(spellings.some((spelled) => this.#isObserver[spelled] === true));
    return place;
  }

  /** Of a name; -1 where no stack ever had it. */
  numberOf(name: string): number {
    return this.#numberOf.get(name) ?? -1;
  }

  /** Whether what watches the process allocates there: who fetches a profile or the metrics page. */
  isOfObserver(place: number): boolean {
    return this.#ofObserver[place] === true;
  }

  framesOf(place: number): readonly Frame[] {
    const frames: Frame[] = [];
    for (let at = this.start.at(place); at < this.start.at(place + 1); at++) {
      frames.push({
        function: this.#spelled[this.#frameSpelled.at(at)] ?? '',
        file: this.#files[this.#frameFile.at(at)] ?? '',
        line: this.#frameLine.at(at),
      });
    }
    return frames;
  }

  /** Puts the functions of a place behind those of its stack, which begin `from`; direct recursion is collapsed. */
  addFunctions(place: number, into: IntList, from = 0): void {
    const names = this.frameName;
    const end = this.start.at(place + 1);
    let last = into.length > from ? into.at(into.length - 1) : -1;
    for (let at = this.start.at(place); at < end; at++) {
      const name = names.at(at);
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
    this.#isObserver.push(servesObserver(text));
    return numberIn(this.#spelledOf, this.#spelled, text);
  }
}

function numberIn(numbers: Map<string, number>, texts: string[], text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, texts.length);
  return texts.push(text) - 1;
}
