import type { Incident } from '../incident/incident.ts';
import type { Illustrate } from './illustration.ts';
import type { Sources } from './sources.ts';
import type { ToldAlert } from './told-alerts.ts';

export type NotificationCause =
  'opened' | 'escalated' | 'updated' | 'repeated' | 'resolved' | 'test';

export type Severity = 'warning' | 'critical';

/** What is said of an incident to one channel of a receiver: written to the outbox before it is sent. */
export interface Notification {
  /** The idempotency key: the same over retries and restarts, different for each thing said. */
  readonly id: string;
  readonly incident: Incident;
  readonly cause: NotificationCause;
  /** What is new since the last message, of an update: `also in shop-2`. */
  readonly news?: string;
  /** The gravest that this channel was told so far: what a resolved message is the end of. */
  readonly severity?: Severity;
  readonly receiver: string;
  /** Which channel of the receiver, as in the file: `email_configs[0]`. */
  readonly channel: string;
  readonly createdAt: number;
  /** When it was last taken back from the dead letters; absent where it never was. */
  readonly revivedAt?: number;
  readonly attempts: number;
  /** When it was last tried; absent before that. */
  readonly triedAt?: number;
  /** Not before this, Unix milliseconds, unless the clock was set back since `triedAt`. */
  readonly nextAttemptAt: number;
  /** How many characters of JSON it was when it was put into the book; absent where it is in none. */
  readonly jsonLength?: number;
  readonly lastAnswer: string | undefined;
  /** Where the channel put what was said before of the incident; added when it is handed over. */
  readonly thread?: string;
  /** What a channel that forgets took before of the incident; added when it is handed over. */
  readonly alerts?: readonly ToldAlert[];
  /** It is muted: such a channel is told again what it took and what of that ended, and nothing new. */
  readonly isMuted?: true;
}

/** Names a receiver's channel, to which everything goes in order. */
export function laneOf(notification: { receiver: string; channel: string }): string {
  return `${notification.receiver}/${notification.channel}`;
}

/** What the other side said to one attempt. `retry` is worth another, `refused` is final. */
export type Answer =
  /** `thread` names the place of the message, for later ones of the incident to follow it. */
  | { readonly kind: 'sent'; readonly detail: string; readonly thread?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a message needs beyond the incident. */
export interface MessageContext extends Partial<Sources> {
  /** Base of links into the web page, without a trailing slash. */
  readonly externalUrl: string;
  /** Bytes of a saved profile for attaching; `undefined` where it is gone. */
  readonly readProfile: (target: string, file: string) => Promise<Uint8Array | undefined>;
  /** Draws the pictures, at the time of sending: the outbox keeps none. Absent: messages go without. */
  readonly illustrate?: Illustrate;
}

/** One way to hand a notification over. `send` never rejects. */
export interface Channel {
  readonly sendResolved: boolean;
  /** Such a channel forgets what it is not told again within this. */
  readonly resendMs?: number;
  send(notification: Notification, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}
