import type { ListStanding } from '../discovery/discovery.ts';
import type { Config, DetectionSettings } from '../config/config.ts';
import type { Incident } from '../incident/incident.ts';
import type { LastReading } from '../incident/unread.ts';
import type { KindStatus } from '../watch/kind-reports.ts';
import type { Found } from '../watch/recall.ts';
import type { FloorGrowth } from '../growth/top-growth.ts';
import type { Verdict, ProfileSummary } from '../growth/verdict.ts';
import type { Reading } from '../memory/reading.ts';
import type { MetricsPage } from '../metrics/instruments.ts';
import type { Recent } from '../memory/recent.ts';
import type { Decision, Trigger } from '../memory/trigger.ts';
import type { Desk } from '../notify/desk.ts';
import type { Notification } from '../notify/notification.ts';
import type { Sources } from '../notify/sources.ts';
import type { Pictures } from '../picture/pictures.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import type { Happening } from '../memory/target-record.ts';

/** All that is known of one target, as the page and `/api/v1/targets` show it. */
export interface TargetStatus {
  readonly name: string;
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly limitBytes: number | undefined;
  readonly reading: Reading | undefined;
  readonly readingError: { readonly at: number; readonly message: string } | undefined;
  /** Where memory stood when it was read last, also before heapwarden was started; `undefined` where nobody knows. */
  readonly lastReading: LastReading | undefined;
  /** Absent where it is read, or was until just now. */
  readonly unread?: Unread | undefined;
  readonly trigger: { readonly mode: Trigger['mode']; readonly decision: Decision };
  readonly capture: CaptureStatus | undefined;
  /** While memory stays as it is, at the first reading from then on; absent without readings. */
  readonly nextCaptureAt?: number;
  readonly captureEveryMs?: number;
  readonly verdict: Verdict | undefined;
  /** What the verdict is held to. */
  readonly detection?: DetectionSettings;
  /** What kind of memory grows, from the readings; absent before the first. */
  readonly kinds?: KindStatus | undefined;
  /** Recent memory for a picture, oldest first, bounded. */
  readonly recent: ReturnType<Recent['points']>;
}

/** A target that gives no readings: all else that is told of it is of before that. */
export interface Unread {
  /** When it was read last, or where that is not known since when it is watched, Unix milliseconds. */
  readonly since: number;
  /** What the newest attempt failed with. */
  readonly why: string;
  /** What was told of it before heapwarden was started, where nothing was found since. */
  readonly found: Found | undefined;
}

export type CaptureStatus =
  | {
      readonly kind: 'saved';
      readonly at: number;
      readonly file: string;
      readonly bytes: number;
      readonly profile: ProfileSummary;
    }
  | { readonly kind: 'failed'; readonly at: number; readonly message: string };

/** What may be asked of one target's loop. */
export type Deed = 'read' | 'capture';

/** What came of it, in words. */
export type Done =
  | { readonly ok: true; readonly message: string }
  | { readonly ok: false; readonly problem: string };

export interface DaemonStatus {
  readonly version: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly config: {
    readonly file: string;
    readonly loadedAt: number;
    /** What a reload was refused for since; `undefined` where the last one was taken. */
    readonly problem: string | undefined;
    /** As the file says, without the targets that were discovered: there may be thousands. Secrets are `Secret`s, which print as `<secret>`. */
    readonly effective: Config;
  };
  readonly receivers: readonly ReceiverHealth[];
  /** Where targets are discovered; absent or empty where they are not. */
  readonly discovery?: readonly ListStanding[];
  readonly storage: { readonly path: string; readonly bytes: number; readonly maxBytes: number };
}

/** One channel of a receiver since the daemon started. */
export interface ReceiverHealth {
  readonly receiver: string;
  /** As in the file: `email_configs[0]`. */
  readonly channel: string;
  readonly sent: number;
  readonly failed: number;
  readonly lastSentAt: number | undefined;
  readonly lastFailure: { readonly at: number; readonly reason: string } | undefined;
}

/** What the web server may ask of the daemon. */
export interface Dashboard {
  targets(): readonly TargetStatus[];
  /** One of them, for the others cost time; `undefined` where there is none of that name. */
  target(name: string): TargetStatus | undefined;
  incidents(): readonly Incident[];
  /** Owed and given-up notifications. */
  outbox(): { readonly pending: readonly Notification[]; readonly dead: readonly Notification[] };
  /** The source of suspects, where a target has one; the pictures are those that reckon bytes by line. */
  sources?(pictures: Pick<Pictures, 'compare'>): Sources;
  /** Silences, acknowledgements, why somebody was told or not, and dead letters. */
  readonly desk?: Desk;
  /** Saved profiles of a target, oldest first; `undefined` where there is no such target. */
  profiles(
    target: string,
  ): Promise<readonly { file: string; at: number; bytes: number }[] | undefined>;
  /** `undefined` where the target or the file is unknown; `file` is untrusted. */
  readProfile(target: string, file: string): Promise<Uint8Array | undefined>;
  /** Readings of a target over time, oldest first, bounded; absent where none are kept. */
  memory?(target: string): readonly MemoryPoint[] | undefined;
  /** What happened to a target lately, oldest first, bounded; absent where that is not kept. */
  happenings?(target: string): readonly Happening[];
  /** The functions of a target that grew most, these first; `undefined` or absent where no history is held. */
  growth?(target: string, named: readonly string[]): Promise<readonly FloorGrowth[] | undefined>;
  /** Reads the target's memory, or captures a profile, without waiting for its turn. */
  act?(target: string, deed: Deed): Promise<Done | undefined>;
  /** How the daemon itself stands. */
  status?(): Promise<DaemonStatus>;
  ready(): boolean;
  /** What the disk refuses, in words; `undefined` or absent where it takes everything. */
  trouble?(): string | undefined;
  /** Resolves to the problem in words where the new configuration was refused. */
  reload(): Promise<Reloaded>;
  /** The Prometheus text page. */
  metrics(): Promise<MetricsPage>;
}

export type Reloaded =
  | {
      readonly ok: true;
      /** Settings that differ from those it was started with, and take effect only after a restart. */
      readonly needRestart?: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };
