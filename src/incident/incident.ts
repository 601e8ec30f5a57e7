import type { Suspect, VerdictState } from '../growth/verdict.ts';
import type { Foreseen } from './foreseen.ts';
import type { PileUp } from '../goroutine/pile-up.ts';
import type { GrowthShare } from '../kind/kind-verdict.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import { HAPPENING_KINDS, type Happening } from '../memory/target-record.ts';

export type IncidentState = 'suspect' | 'leak' | 'resolved';

/**
 * A leak being told about. One leak is one incident: its identity is the fleet (the label `service`,
 * else the target), the kind and the suspect function, so it survives restarts and builds.
 */
export interface Incident {
  readonly id: string;
  readonly scope: string;
  readonly kind: GrowthKind;
  readonly function: string;
  readonly state: IncidentState;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | undefined;
  /** When it became one of another kind; absent where it never did. */
  readonly turnedAt?: number;
  /** Plain words: why it is in this state. */
  readonly reason: string;
  /** How each target of the fleet stands, the worst first. */
  readonly sightings: readonly Sighting[];
  /** Further targets with this leak, by name alone: sightings are kept for the worst hundred. */
  readonly unlistedTargets?: readonly string[];
  /** How many targets the fleet had when it was last looked at; absent where nobody counted. */
  readonly scopeTargets?: number;
  /** What happened, oldest first, bounded. */
  readonly events: readonly IncidentEvent[];
}

/** One target's part in an incident. */
export interface Sighting {
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
  readonly state: IncidentState;
  /** Why it is in this state, by the newest verdict that said so. */
  readonly reason: string;
  /** What the newest verdict says, where that is less than the state; absent where it is not, and in older files. */
  readonly atPresent?: string;
  readonly suspect: Suspect;
  readonly coSuspects: readonly Suspect[];
  readonly memory: MemoryOutlook;
  /** What of that may be news; absent where the newest verdict does not alarm or sees no end, and in older files. */
  readonly foreseen?: Foreseen;
  readonly profiles: { readonly before: SavedProfile; readonly after: SavedProfile } | undefined;
  /** How the growth of the process divides by kind, the largest first; absent where readings do not tell. */
  readonly shares?: readonly GrowthShare[];
  /** Where goroutines pile up; absent for other kinds, and before their profile told. */
  readonly goroutines?: PileUp;
  /** Of the build that was running: a commit or a tag; absent where the target does not tell it. */
  readonly revision?: string;
  /** Since when the leak is not seen here any more; absent while it is. */
  readonly quiet?: QuietRun;
  /** Since when its target gives no readings, so that all of this is of before; absent while it is read. */
  readonly unread?: Unread;
  /** It ended because nobody watches the target any more, or not for this scope: whether it grows is not known. */
  readonly isLeft?: true;
  /** Since when its target is watched no more, while another may take its place; absent while it is watched. */
  readonly goneAt?: number;
  /** The target in whose place this one came, the first of them; absent where there was none. */
  readonly formerly?: string;
  /** When its state became `leak`, and it was no mere suspect any more; absent where it never was. */
  readonly leakSince?: number;
}

/** A target that gives no readings: whether the leak goes on in it, or it runs at all, is not known. */
export interface Unread {
  /** When it was last read, or where that is not known reported of, Unix milliseconds. */
  readonly since: number;
  /** What the newest attempt failed with. */
  readonly why: string;
  /** Memory was near the limit then, or was foreseen to reach it before the silence was noticed. */
  readonly nearLimit?: true;
  /** What its last report foresaw and found, which holds again once it is read; absent in older files. */
  readonly lastReport?: Pick<Sighting, 'memory' | 'atPresent'>;
}

/** A run of verdicts without the suspect, counted in fresh profiles of the running process. */
export interface QuietRun {
  /** How many fresh profiles the process had given when the run began. */
  readonly fromFresh: number;
  /** True where the run began with a restart of the target. */
  readonly sinceRestart: boolean;
  /** When that restart was seen, Unix milliseconds; absent where there was none, and in older files. */
  readonly restartedAt?: number;
  /** The target in whose place this one came then; absent where the process is of the same name. */
  readonly inPlaceOf?: string;
  /** How many fresh profiles the process had given at the newest report; absent in older files. */
  readonly toFresh?: number;
  /** Memory in use when the leak was last seen; absent in older files. */
  readonly memoryBytes?: number;
  /** Since when its function has not grown, Unix milliseconds; absent where the profiles cannot tell. */
  readonly stillSince?: number;
}

/** A profile on disk: `file` is its name under the target's folder. */
export interface SavedProfile {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
}

/** Where memory stands and when the limit is reached; times are Unix milliseconds, `undefined`: no end in sight or no limit known. */
export interface MemoryOutlook {
  readonly readingBytes: number;
  readonly readingKind: 'rss' | 'go_total' | 'heap_inuse';
  readonly limitBytes: number | undefined;
  /** By which the limit is reached: of all that is suspected in the process, and so often more than one suspect's. */
  readonly bytesPerHour: number;
  readonly limitReachedAt: number | undefined;
  readonly limitReachedAtEarliest: number | undefined;
  readonly limitReachedAtLatest: number | undefined;
}

/** What became of the leak, what its targets went through, who was told, and what people said. */
export const EVENT_KINDS = [
  'opened',
  'escalated',
  'updated',
  'resolved',
  ...HAPPENING_KINDS,
  'told',
  'sent',
  'retried',
  'not_told',
  'acknowledged',
  'withdrawn',
  'silenced',
  'unsilenced',
] as const;

export interface IncidentEvent {
  readonly at: number;
  readonly kind: (typeof EVENT_KINDS)[number];
  readonly reason: string;
}

/** What one target's newest verdict means to the incidents: the input of a step. */
export interface VerdictReport {
  /** Of which kind of growth it speaks, and of no other; absent: of the heap. */
  readonly kind?: GrowthKind;
  readonly shares?: readonly GrowthShare[];
  readonly goroutines?: PileUp;
  readonly target: string;
  readonly scope: string;
  /** All targets of the scope, this one among them. */
  readonly scopeTargets?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
  readonly state: VerdictState;
  readonly reason: string;
  readonly suspects: readonly Suspect[];
  /** How the functions of open incidents grow by themselves, named or not; absent where nobody asked. */
  readonly followed?: readonly Suspect[] | undefined;
  /** Fresh profiles of the running process, and how many make a verdict. */
  readonly freshInEpoch: number;
  readonly minProfiles: number;
  readonly newEpoch: boolean;
  /** What happened to the target lately, oldest first: how an incident that opens now came about. */
  readonly happenings?: readonly Happening[];
  readonly revision?: string | undefined;
  readonly outlook: (suspect: Suspect) => MemoryOutlook;
  readonly profiles: { readonly before: SavedProfile; readonly after: SavedProfile } | undefined;
}
