import type { DiscoveryGroup } from './discovery-config.ts';
import type { Secret } from './secret.ts';

/** What one configuration file says, with every default filled in. Durations are milliseconds, sizes bytes, shares 0 to 1. */
export interface Config {
  readonly externalUrl: string | undefined;
  readonly smtp: SmtpConfig | undefined;
  readonly web: WebConfig;
  readonly storage: StorageConfig;
  readonly targets: readonly TargetConfig[];
  /** Where further targets are found. */
  readonly discovery?: readonly DiscoveryGroup[] | undefined;
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly timeIntervals?: readonly NamedTimeInterval[] | undefined;
  readonly accepted?: readonly Acceptance[] | undefined;
  readonly heartbeat?: HeartbeatConfig | undefined;
}

export interface WebConfig {
  /** An empty one is all addresses. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Names with the bcrypt hash of the password. */
  readonly basicAuthUsers: Readonly<Record<string, Secret>>;
  /** Lines `NAME:HASH` instead, as `htpasswd` writes them. */
  readonly basicAuthUsersFile?: Secret | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
}

export interface HeartbeatConfig {
  readonly url: Secret;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly http: HttpConfig;
}

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  readonly requireTls: boolean;
  readonly tls: TlsConfig;
}

export interface StorageConfig {
  readonly path: string;
  readonly profilesPerTarget: number;
  readonly maxBytes: number;
}

export interface TargetConfig {
  readonly name: string;
  /** Scheme, host and path prefix, without a trailing slash and without userinfo. */
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly memoryLimitBytes: number | undefined;
  readonly ownPackages: readonly string[];
  /** Where its source is; absent: nowhere that is known. */
  readonly source?: SourceConfig | undefined;
  readonly http: HttpConfig;
  readonly reading: ReadingSettings;
  readonly trigger: TriggerSettings;
  readonly capture: CaptureSettings;
  readonly detection: DetectionSettings;
}

/** At least one of the two is there. */
export interface SourceConfig {
  /** The folder that the files are looked for in. */
  readonly root: string | undefined;
  /** With `{file}`, `{line}` and `{revision}`. */
  readonly urlTemplate: string | undefined;
}

/** How to speak HTTP to another party: a target or a webhook. */
export interface HttpConfig {
  readonly headers: Readonly<Record<string, Secret>>;
  readonly basicAuth: { readonly username: string; readonly password: Secret } | undefined;
  readonly authorization: { readonly type: string; readonly credentials: Secret } | undefined;
  readonly tls: TlsConfig;
  readonly proxyUrl: Secret | undefined;
  readonly followRedirects: boolean;
}

export interface TlsConfig {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
}

export type ReadingSource = 'metrics' | 'expvar' | 'pprof';

export interface ReadingSettings {
  readonly source: ReadingSource | 'auto';
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export type Threshold =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'share'; readonly share: number };

export interface TriggerSettings {
  readonly above: Threshold;
  readonly growthBytesPerHour: number;
}

export interface CaptureSettings {
  readonly intervalMs: number;
  readonly baselineIntervalMs: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly gc: 'never' | 'when_stale';
}

export interface DetectionSettings {
  readonly minProfiles: number;
  readonly confirmProfiles: number;
  readonly minGrowthBytes: number;
}

/** One node of the routing tree; `matchers` all hold, or the node is passed over. */
export interface Route {
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Names of time intervals: in any of the first, and outside all of the second, it tells nothing. */
  readonly muteTimes?: readonly string[] | undefined;
  readonly activeTimes?: readonly string[] | undefined;
  readonly routes: readonly Route[];
}

/** Holds in any of its intervals. */
export interface NamedTimeInterval {
  readonly name: string;
  readonly intervals: readonly TimeInterval[];
}

/** Holds where all of its lists hold, each in any of its spans; an empty list holds always. */
export interface TimeInterval {
  /** Minutes since midnight. */
  readonly times: readonly Span[];
  /** 0 is Sunday. */
  readonly weekdays: readonly Span[];
  /** Below 0 from the end: -1 is the last. */
  readonly daysOfMonth: readonly Span[];
  /** 1 to 12. */
  readonly months: readonly Span[];
  readonly years: readonly Span[];
  /** A place of the time zone database, or `Local`. */
  readonly location: string;
}

/** Both ends belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Growth of a function, or of what all matchers hold for, that is told only beyond a budget. */
export interface Acceptance {
  readonly function: string | undefined;
  readonly matchers: readonly Matcher[];
  readonly budgetBytes: number | undefined;
  readonly budgetBytesPerHour: number | undefined;
  /** Unix milliseconds. */
  readonly until: number | undefined;
  readonly comment: string;
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** What it does not list it does not have. */
export interface Receiver {
  readonly name: string;
  readonly emails: readonly EmailConfig[];
  readonly webhooks: readonly WebhookConfig[];
  readonly alertmanagers?: readonly AlertmanagerConfig[] | undefined;
  readonly slacks?: readonly SlackConfig[] | undefined;
  readonly pagerduties?: readonly PagerdutyConfig[] | undefined;
  readonly feishus?: readonly RobotConfig[] | undefined;
  readonly dingtalks?: readonly RobotConfig[] | undefined;
  readonly wecoms?: readonly PostConfig[] | undefined;
}

export interface EmailConfig {
  /** One address or several, separated by commas, as in a `To` header. */
  readonly to: string;
  readonly smtp: SmtpConfig;
  /** The keys of the mail server that it sets itself, such as `from` or `tls_config.ca_file`; absent where all of them are of `global`. */
  readonly ownSmtpKeys?: readonly string[];
  readonly sendResolved: boolean;
}

/** Whatever is told by a POST. */
export interface PostConfig {
  readonly url: Secret;
  readonly http: HttpConfig;
  readonly timeoutMs: number;
  readonly sendResolved: boolean;
}

export interface WebhookConfig extends PostConfig {
  readonly secret: Secret | undefined;
  readonly template?: TemplateSource | undefined;
}

export type TemplateSource =
  | { readonly kind: 'inline'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

/** The URL is the base of its API. */
export interface AlertmanagerConfig extends PostConfig {
  readonly resendMs: number;
}

/** The URL is an incoming webhook or, with a bot, that of `chat.postMessage`. */
export interface SlackConfig extends PostConfig {
  readonly bot: { readonly token: Secret; readonly channel: string } | undefined;
}

export interface PagerdutyConfig extends PostConfig {
  readonly routingKey: Secret;
}

/** A robot of Feishu or DingTalk, that may want its messages signed. */
export interface RobotConfig extends PostConfig {
  readonly secret: Secret | undefined;
}
