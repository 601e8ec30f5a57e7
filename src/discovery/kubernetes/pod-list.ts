import { setImmediate } from 'node:timers/promises';
import type { StopSignal } from '../../runtime/stop-signal.ts';
import type { Labels } from '../relabel.ts';
import { checkWrittenOut, MAX_FOUND, sizeOf } from '../target-list.ts';
import { readPodChange, type Pod, type PodChange } from './pod.ts';
import type { PodApi } from './pod-api.ts';
import { entriesOf } from './pod-labels.ts';
import { keepsVersion, looksToLetPass } from './refusal.ts';

/** What stands in the list for one pod, and about how many bytes that takes. */
interface Listed {
  readonly entries: readonly Labels[];
  readonly size: number;
}

type Pods = Map<string, Listed>;

/** Why the last look failed, and how many are to pass before the next that asks. */
interface Failure {
  readonly error: unknown;
  readonly letPass: number;
}

/** Between two looks at what changed in a cluster. */
export const CHANGES_MS = 5_000;

/** So many changes, or entries written out, take a few milliseconds. */
const AT_ONCE = { changes: 20, entries: 200 };
/** A list without an end is none. */
const MAX_PAGES = 1_000;
/** A cluster that was restored from a backup tells no changes since a version it has not come to, and says nothing. */
const WATCHES_OF_ONE_LIST = 60;

/**
 * The entries of the pods in one selection: listed once, and from then on by what changed. Where
 * more goes wrong than that the API refuses for now, all of them are listed anew.
 */
export class PodList {
  readonly #api: PodApi;
  /** By their `uid`. */
  #pods: Pods = new Map();
  #entries: readonly Labels[] = [];
  /** Up to where changes are known; `undefined` where all has to be listed. */
  #version: string | undefined;
  /** Since all were listed. */
  #watches = 0;
  #failure: Failure | undefined;
  /** In a row. */
  #failures = 0;

  constructor(api: PodApi) {
    this.#api = api;
  }

  /** The same array where nothing changed. */
  get entries(): readonly Labels[] {
    return this.#entries;
  }

  /**
   * `known`: what was found last here, whose entries stand for their equals; only a list that is there asks for it.
   * Rejects where the API cannot be asked, or is left alone since it could not be.
   */
  async read(signal: StopSignal, known: () => readonly Labels[]): Promise<readonly Labels[]> {
    if (this.#failure !== undefined && this.#failure.letPass > 0) {
      const { error, letPass } = this.#failure;
      this.#failure = { error, letPass: letPass - 1 };
      throw error;
    }
    try {
      await this.#look(signal, known);
      [this.#failure, this.#failures] = [undefined, 0];
      return this.#entries;
    } catch (error) {
      this.#failures += 1;
      this.#failure = { error, letPass: looksToLetPass(this.#failures, error, CHANGES_MS) };
      throw error;
    }
  }

  async #look(signal: StopSignal, known: () => readonly Labels[]): Promise<void> {
    const version = this.#watches < WATCHES_OF_ONE_LIST ? this.#version : undefined;
    this.#version = undefined;
    const now = version === undefined ? undefined : await this.#follow(version, signal);
    this.#version = now ?? (await this.#listAll(signal, known));
  }

  async close(): Promise<void> {
    await this.#api.close();
  }

  async #listAll(signal: StopSignal, known: () => readonly Labels[]): Promise<string> {
    let equals: ReadonlyMap<string, Labels> | undefined;
    const pods: Pods = new Map();
    const total = { found: 0, size: 0 };
    let next = '';
    for (let pages = 1; pages <= MAX_PAGES; pages++) {
      const page = await this.#api.page(next, signal);
      equals ??= await byText(known());
      for (const pod of page.pods) {
        const one = listed(pod, equals);
        pods.set(pod.metadata.uid, one);
        total.found += one.entries.length;
        total.size += one.size;
      }
      check(total);
      if (page.next === '') {
        this.#pods = pods;
        this.#entries = allOf(pods);
        this.#watches = 0;
        return page.version;
      }
      next = page.next;
    }
    throw new Error(`more than ${MAX_PAGES} pages of pods; name namespaces or selectors`);
  }

  /** Up to where it is known afterwards; `undefined` where the API does not know that far back. */
  async #follow(version: string, signal: StopSignal): Promise<string | undefined> {
    this.#watches += 1;
    const lines = await this.#api.changes(version, signal).catch((error: unknown) => {
      if (keepsVersion(error)) this.#version = version;
      throw error;
    });
    if (lines === undefined) return undefined;
    let now = version;
    let isOther = false;
    for (const [index, line] of lines.entries()) {
      const change = readPodChange(line);
      if (change.kind === 'expired') return undefined;
      isOther = this.#apply(change) || isOther;
      now = change.version;
      if (index % AT_ONCE.changes === 0) await setImmediate();
    }
    if (isOther) this.#entries = allOf(this.#pods);
    return now;
  }

  /** Whether it says anything new of a target. */
  #apply(change: Exclude<PodChange, { kind: 'expired' }>): boolean {
    if (change.kind === 'bookmark') return false;
    const { uid } = change.pod.metadata;
    const before = this.#pods.get(uid)?.entries ?? [];
    if (change.kind === 'gone') return this.#pods.delete(uid) && before.length > 0;
    const now = listed(change.pod);
    if (JSON.stringify(now.entries) === JSON.stringify(before)) return false;
    this.#pods.set(uid, now);
    return true;
  }
}

function listed(pod: Pod, equals?: ReadonlyMap<string, Labels>): Listed {
  const entries = entriesOf(pod).map((each) => equals?.get(JSON.stringify(each)) ?? each);
  return { entries, size: entries.reduce((sum, each) => sum + sizeOf(each), 0) };
}

/** Throws where they are too many. */
function allOf(pods: Pods): readonly Labels[] {
  const all = [...pods.values()];
  const entries = all.flatMap((each) => each.entries);
  check({ found: entries.length, size: all.reduce((sum, { size }) => sum + size, 0) });
  return entries;
}

function check({ found, size }: { readonly found: number; readonly size: number }): void {
  if (found > MAX_FOUND)
    throw new Error(`more than ${MAX_FOUND} targets; name namespaces or selectors`);
  checkWrittenOut(size);
}

async function byText(known: readonly Labels[]): Promise<ReadonlyMap<string, Labels>> {
  const texts = new Map<string, Labels>();
  for (const each of known) {
    texts.set(JSON.stringify(each), each);
    if (texts.size % AT_ONCE.entries === 0) await setImmediate();
  }
  return texts;
}
