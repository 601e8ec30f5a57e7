import type { TargetConfig } from '../config/config.ts';
import type { DiscoveryGroup } from '../config/discovery-config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import { Stop, type StopSignal } from '../runtime/stop-signal.ts';
import type { Store } from '../store/store.ts';
import { interned } from './interned.ts';
import type { Labels } from './relabel.ts';
import {
  EMPTY_ROSTER,
  foreignName,
  HELD_MS,
  heldIn,
  holdsGone,
  isSameRoster,
  madeInPieces,
  rosterOf,
  settled,
  type Listing,
  type Roster,
} from './roster.ts';
import { readSaved, Saving, type SavedLists } from './saved-lists.ts';
import { sourcesOf, type Found, type Source, type SourceParts } from './sources.ts';

export interface DiscoveryParts extends SourceParts {
  readonly store: Pick<Store, 'readDocument' | 'writeDocument'>;
  readonly metrics: Pick<Metrics, 'discovered' | 'discoveryFailed' | 'unreadLists' | 'forgetGroup'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How one list stands, for people to look at. */
export interface ListStanding {
  readonly group: string;
  /** As in the file, below its group: `shop/file_sd_configs[0]`. */
  readonly source: string;
  /** Entries of the list. */
  readonly found: number;
  /** Of the whole group, those gone for a while included. */
  readonly targets: number;
  /** When it was last read, Unix milliseconds; `undefined` before that. */
  readonly readAt: number | undefined;
  /** False where the last attempt to read it, or a part of it, failed. */
  readonly isRead: boolean;
  /** Why it was not read since, or what of its group makes no target. */
  readonly problem: string | undefined;
}

interface List extends Found {
  readonly readAt: number | undefined;
  /** Whether it was read as a whole, be it before a restart. */
  readonly isKnown: boolean;
}

const NOT_READ: List = { found: [], readAt: undefined, problem: undefined, isKnown: false };

/**
 * Reads the lists of targets again and again. Where one cannot be had its last stands, over restarts too: a
 * server of lists that is down ends no watching.
 */
export class Discovery {
  readonly #parts: DiscoveryParts;
  readonly #saving: Saving;
  readonly #lists = new Map<string, List>();
  readonly #rosters = new Map<string, Roster>();
  #groups: readonly DiscoveryGroup[] = [];
  #taken: ReadonlySet<string> = new Set();
  #sources: readonly Source[] = [];
  /** Lists of which nobody can say yet what is in them. */
  readonly #awaited = new Set<string>();
  #configuredAt = 0;
  /** By group, from before a restart. */
  #held: SavedLists['held'] = new Map();
  /** Each sighting of a message asks for them; `undefined` once a roster is another. */
  #targets: readonly TargetConfig[] | undefined;
  #stopping = new Stop();
  #loops: Promise<unknown> = Promise.resolve();
  #changed: () => void = () => undefined;

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
    this.#saving = new Saving(parts);
  }

  /** What was listed before a restart; never rejects. */
  async restore(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      const { lists, held } = await readSaved(store);
      for (const [key, found] of lists) this.#lists.set(key, { ...NOT_READ, found, isKnown: true });
      this.#held = held;
    } catch (error) {
      log.warn('saved lists of targets are not readable and left aside', {
        error: messageOf(error).slice(0, 200),
      });
    }
  }

  /** Goes on with these groups, `taken` being the names of other targets. */
  async configure(
    groups: readonly DiscoveryGroup[],
    taken: ReadonlySet<string>,
    changed: () => void,
  ): Promise<void> {
    await this.close();
    this.#groups = groups;
    this.#targets = undefined;
    this.#taken = taken;
    this.#changed = changed;
    this.#sources = groups.flatMap((group) => sourcesOf(group, this.#parts));
    this.#stopping = new Stop();
    const keys = new Set(this.#sources.map(({ key }) => key));
    for (const key of this.#lists.keys()) if (!keys.has(key)) this.#lists.delete(key);
    const names = new Set(groups.map(({ name }) => name));
    for (const name of this.#rosters.keys()) if (!names.has(name)) this.#forget(name);
    for (const group of groups) {
      const held = this.#rosters.has(group.name) ? undefined : this.#held.get(group.name);
      if (held !== undefined) this.#rosters.set(group.name, rosterOf(held, group));
      this.#settle(group, await this.#ahead(group, this.#found(group.name)));
    }
    this.#held = new Map();
    this.#configuredAt = this.#parts.clock.now();
    this.#awaited.clear();
    for (const key of keys) this.#awaited.add(key);
  }

  /**
   * Whether a target that is not there is gone. Each list has to be read once, or to fail where it is known
   * from before; one that is not known is waited for as long as a target is held. `changed` tells of it.
   */
  isSure(): boolean {
    return this.#awaited.size === 0;
  }

  #forget(group: string): void {
    this.#rosters.delete(group);
    this.#targets = undefined;
    this.#parts.metrics.forgetGroup(group);
  }

  /** Begins to read the lists. */
  start(): void {
    this.#loops = Promise.all(this.#sources.map((source) => this.#follow(source)));
  }

  /** Those of one name once, those of the first group. */
  targets(): readonly TargetConfig[] {
    this.#targets ??= this.#firstOfEachName();
    return this.#targets;
  }

  #firstOfEachName(): readonly TargetConfig[] {
    const all = this.#groups.flatMap(({ name }) => [
      ...(this.#rosters.get(name) ?? EMPTY_ROSTER).entries.values(),
    ]);
    // Of several of one key a map keeps the last.
    const targets = new Map(all.toReversed().map(({ target }) => [target.name, target]));
    return [...targets.values()].toReversed();
  }

  standings(): readonly ListStanding[] {
    const owners = new Map(this.targets().map(({ name, url }) => [name, url]));
    return this.#sources.map(({ key, group }) => {
      const { found, readAt, problem } = this.#lists.get(key) ?? NOT_READ;
      const { entries, problems } = this.#rosters.get(group) ?? EMPTY_ROSTER;
      return {
        group,
        source: key,
        found: found.length,
        targets: entries.size,
        readAt,
        isRead: problem === undefined,
        problem: problem ?? problems[0] ?? foreignName(entries, owners),
      };
    });
  }

  /** Ends the reading; what was listed stays known. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#sources.map((source) => source.close()));
    await this.#loops;
    await this.#saving.finish(() => this.#listed());
  }

  async #follow(source: Source): Promise<void> {
    const signal = this.#stopping;
    while (!signal.aborted) {
      await this.#round(source, signal).catch((error: unknown) => this.#reportBug(source, error));
      await this.#parts.clock.sleep(source.refreshMs, signal);
    }
  }

  async #round(source: Source, signal: StopSignal): Promise<void> {
    const list = await this.#read(source);
    if (!signal.aborted) await this.#take(source, list);
  }

  #reportBug({ key }: Source, error: unknown): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#parts.log.error('a list of targets was not followed; the next reading goes on', {
      source: key,
      stack,
    });
  }

  async #read(source: Source): Promise<List> {
    const known = this.#lists.get(source.key) ?? NOT_READ;
    try {
      const { found, problem } = await source.read(this.#stopping, known.found);
      return problem === undefined
        ? { found, problem, readAt: this.#parts.clock.now(), isKnown: true }
        : { ...known, found, problem };
    } catch (error) {
      return { ...known, problem: messageOf(error) };
    }
  }

  async #take(source: Source, list: List): Promise<void> {
    const before = this.#lists.get(source.key) ?? NOT_READ;
    if (list.problem !== undefined) this.#noteFailure(source, list.problem, before);
    else if (before.problem !== undefined)
      this.#parts.log.info('list of targets read again', { source: source.key });
    const found = interned(before.found, list.found);
    const group = this.#groups.find(({ name }) => name === source.group);
    if (group === undefined) return;
    const ahead = await this.#ahead(group, found);
    this.#lists.set(source.key, { ...list, found });
    this.#countUnread(group.name);
    const isNew = found !== before.found;
    const roster = this.#rosters.get(group.name) ?? EMPTY_ROSTER;
    const isOther = (isNew || holdsGone(roster)) && this.#settle(group, ahead);
    if (this.#becomesSure(source, list) || isOther) this.#changed();
    await this.#saving.keep(isNew, () => this.#listed());
  }

  #becomesSure({ key }: Source, { isKnown }: List): boolean {
    if (this.isSure()) return false;
    const waited = Math.abs(this.#parts.clock.now() - this.#configuredAt);
    if (isKnown) this.#awaited.delete(key);
    if (waited >= HELD_MS) this.#awaited.clear();
    return this.isSure();
  }

  /** In the log once. */
  #noteFailure({ key, group }: Source, error: string, before: List): void {
    const { log, metrics } = this.#parts;
    metrics.discoveryFailed(group);
    if (error !== before.problem)
      log.warn('list of targets not read; the last one stays', { source: key, error });
  }

  #countUnread(group: string): void {
    const unread = this.#sources.filter(
      (source) => source.group === group && this.#lists.get(source.key)?.problem !== undefined,
    );
    this.#parts.metrics.unreadLists(group, unread.length);
  }

  #found(group: string): readonly Labels[] {
    return this.#sources
      .filter((source) => source.group === group)
      .flatMap(({ key }) => this.#lists.get(key)?.found ?? []);
  }

  #ahead(group: DiscoveryGroup, found: readonly Labels[]): ReturnType<typeof madeInPieces> {
    return madeInPieces(this.#rosters.get(group.name) ?? EMPTY_ROSTER, group, found);
  }

  /** Whether any target is another now. */
  #settle(group: DiscoveryGroup, ahead: Listing['ahead'] = new Map()): boolean {
    const { clock, log, metrics } = this.#parts;
    const before = this.#rosters.get(group.name) ?? EMPTY_ROSTER;
    const listing = { found: this.#found(group.name), taken: this.#taken, ahead };
    const now = settled(before, group, { ...listing, now: clock.now() });
    this.#rosters.set(group.name, now);
    this.#targets = undefined;
    metrics.discovered(group.name, now.entries.size);
    const [problem] = now.problems;
    if (problem !== undefined && problem !== before.problems[0]) {
      const counts = { group: group.name, refused: now.problems.length };
      log.warn('an entry of a list makes no target', { ...counts, first: problem });
    }
    return !isSameRoster(before, now);
  }

  /** Without what a rule drops, which may be most of it. */
  #listed(): SavedLists {
    const kept = ({ key, group }: Source): readonly Labels[] => {
      const { made } = this.#rosters.get(group) ?? EMPTY_ROSTER;
      const { found } = this.#lists.get(key) ?? NOT_READ;
      return found.filter((each) => made.get(each)?.kind !== 'dropped');
    };
    return {
      lists: new Map(this.#sources.map((source) => [source.key, kept(source)])),
      held: new Map([...this.#rosters].map(([group, each]) => [group, heldIn(each)])),
    };
  }
}
