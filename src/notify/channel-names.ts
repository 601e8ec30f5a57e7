import type { Receiver } from '../config/config.ts';
import type { Timing } from './decide.ts';

export interface ChannelName {
  readonly channel: string;
  readonly sendResolved: boolean;
  /** In place of the route's, for a channel that groups and repeats by itself. */
  readonly timing?: Timing;
  /** It takes for over what it is not told again. */
  readonly forgets?: true;
}

/** The lists of channels a receiver may have, by their keys in the file. */
const LISTS = {
  email_configs: ({ emails }) => emails,
  webhook_configs: ({ webhooks }) => webhooks,
  alertmanager_configs: ({ alertmanagers }) => alertmanagers?.map(atOnce),
  slack_configs: ({ slacks }) => slacks,
  pagerduty_configs: ({ pagerduties }) => pagerduties,
  feishu_configs: ({ feishus }) => feishus,
  dingtalk_configs: ({ dingtalks }) => dingtalks,
  wecom_configs: ({ wecoms }) => wecoms,
} as const satisfies Readonly<Record<string, (receiver: Receiver) => Channels>>;

export type ChannelKind = keyof typeof LISTS;

type Channels = readonly Omit<ChannelName, 'channel'>[] | undefined;

/** The channels of a receiver by their names in the file: `email_configs[0]`, `webhook_configs[0]`. */
export function channelNames(receiver: Receiver): readonly ChannelName[] {
  return Object.entries(LISTS).flatMap(([kind, listOf]) => {
    const channels: Channels = listOf(receiver);
    return (channels ?? []).map(({ sendResolved, timing, forgets }, i) => ({
      channel: `${kind}[${i}]`,
      sendResolved,
      ...(timing === undefined ? {} : { timing }),
      ...(forgets === undefined ? {} : { forgets }),
    }));
  });
}

/** Alertmanager has waits of its own; what still holds it is told again by the lane. */
function atOnce({ sendResolved }: { readonly sendResolved: boolean }) {
  const timing = { groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: Number.POSITIVE_INFINITY };
  return { sendResolved, timing, forgets: true } as const;
}
