import { createHash } from 'node:crypto';

export interface Saying {
  readonly incident: string;
  /** The how-manieth thing said of the incident to this channel, from 0. */
  readonly sequence: number;
  readonly receiver: string;
  readonly channel: string;
}

/** The same for the same saying, so that one that is planned again after a crash keeps its key. */
export function notificationId(saying: Saying): string {
  const parts = [saying.incident, saying.sequence, saying.receiver, saying.channel];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
