import { z } from 'zod';
import { MemoryHistory } from './memory-history.ts';

export const HAPPENING_KINDS = ['reading', 'decision', 'verdict', 'restarted', 'deployed'] as const;

/**
 * What happened to a target that its story needs. `reading`: memory passed a threshold, fell below it, or
 * is not told any more; `decision`: what is captured from now on; `verdict`: it is another than before.
 */
export interface Happening {
  /** Unix milliseconds. */
  readonly at: number;
  readonly kind: (typeof HAPPENING_KINDS)[number];
  readonly reason: string;
}

const MAX_HAPPENINGS = 60;
const MAX_REASON = 500;

/** What is kept of one target for people to look at: its memory over a week, and what happened lately. */
export class TargetRecord {
  readonly memory = new MemoryHistory();
  /** What is known of the kinds of growth, as JSON values, or what makes them, that this file knows nothing of. */
  kinds: unknown;
  /** GOMEMLIMIT, where its newest reading told one. */
  limitBytes: number | undefined;
  #happenings: readonly Happening[] = [];
  #build: string | undefined;

  /** Oldest first, bounded. */
  get happenings(): readonly Happening[] {
    return this.#happenings;
  }

  note(happening: Happening): void {
    const cut = { ...happening, reason: happening.reason.slice(0, MAX_REASON) };
    this.#happenings = [...this.#happenings, cut].slice(-MAX_HAPPENINGS);
  }

  /** Says what ran, by a commit, a tag or the id of a build: in words where another one did before. */
  ran(build: string | undefined): string | undefined {
    if (build === undefined || build === '' || build === this.#build) return undefined;
    const before = this.#build;
    this.#build = build;
    return before === undefined ? undefined : `${shortBuild(before)} → ${shortBuild(build)}`;
  }

  save(): Uint8Array {
    const readings = this.memory
      .points()
      .map((point) => COLUMNS.map((name) => point[name] ?? null));
    const { kinds, limitBytes } = this;
    const record = {
      version: 1,
      build: this.#build,
      happenings: this.#happenings,
      readings,
      limitBytes,
      kinds,
    };
    return new TextEncoder().encode(JSON.stringify(record));
  }

  /** Throws where these are not the bytes that `save` gave. */
  static restore(bytes: Uint8Array): TargetRecord {
    const saved = SAVED.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const record = new TargetRecord();
    record.#build = saved.build;
    record.kinds = saved.kinds;
    record.limitBytes = saved.limitBytes;
    for (const happening of saved.happenings) record.note(happening);
    for (const [at, heapInuseBytes, rss, stacks, goroutines, startedAt, total] of saved.readings) {
      record.memory.append({
        at,
        heapInuseBytes,
        rssBytes: rss ?? undefined,
        stackInuseBytes: stacks ?? undefined,
        goroutines: goroutines ?? undefined,
        startedAt: startedAt ?? undefined,
        goTotalBytes: total ?? undefined,
      });
    }
    return record;
  }
}

/** As git shortens a commit; ids of builds are cut, tags stay whole. */
export function shortBuild(build: string): string {
  return /^[0-9a-f]{40}$/.test(build) || build.length > 24 ? build.slice(0, 12) : build;
}

/** The order of a saved reading. */
const COLUMNS = [
  'at',
  'heapInuseBytes',
  'rssBytes',
  'stackInuseBytes',
  'goroutines',
  'startedAt',
  'goTotalBytes',
] as const satisfies readonly (keyof ReturnType<MemoryHistory['points']>[number])[];

const untold = z.number().nullable();

const SAVED = z.object({
  version: z.literal(1),
  build: z.string().optional(),
  kinds: z.unknown().optional(),
  limitBytes: z.number().optional(),
  happenings: z.array(
    z.object({ at: z.number(), kind: z.enum(HAPPENING_KINDS), reason: z.string() }),
  ),
  readings: z.array(z.tuple([z.number(), z.number(), untold, untold, untold, untold, untold])),
});
