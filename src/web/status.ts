import type { Incident } from '../incident/incident.ts';
import type { Verdict, ProfileSummary } from '../growth/verdict.ts';
import type { Reading } from '../memory/reading.ts';
import type { Decision, Trigger } from '../memory/trigger.ts';
import type { Notification } from '../notify/notification.ts';

/** All that is known of one target, as the page and `/api/v1/targets` show it. */
export interface TargetStatus {
  readonly name: string;
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly limitBytes: number | undefined;
  readonly reading: Reading | undefined;
  readonly readingError: { readonly at: number; readonly message: string } | undefined;
  readonly trigger: { readonly mode: Trigger['mode']; readonly decision: Decision };
  readonly capture: CaptureStatus | undefined;
  readonly verdict: Verdict | undefined;
  /** Recent memory for a picture, oldest first, bounded. */
  readonly recent: Trigger['recent'];
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

/** What the web server may ask of the daemon. */
export interface Dashboard {
  targets(): readonly TargetStatus[];
  incidents(): readonly Incident[];
  /** Owed and given-up notifications. */
  outbox(): { readonly pending: readonly Notification[]; readonly dead: readonly Notification[] };
  /** Saved profiles of a target, oldest first; `undefined` where there is no such target. */
  profiles(
    target: string,
  ): Promise<readonly { file: string; at: number; bytes: number }[] | undefined>;
  /** `undefined` where the target or the file is unknown; `file` is untrusted. */
  readProfile(target: string, file: string): Promise<Uint8Array | undefined>;
  ready(): boolean;
  /** Resolves to the problem in words where the new configuration was refused. */
  reload(): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: string }>;
  /** The Prometheus text page. */
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
}
