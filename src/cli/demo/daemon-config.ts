export interface DemoConfig {
  readonly port: number;
  readonly dataFolder: string;
  readonly smarthost: string;
  readonly webhookUrl: string;
  readonly targets: readonly {
    readonly name: string;
    readonly url: string;
    /** The folder of its source. */
    readonly source: string;
  }[];
}

/** Fresh profiles that make a verdict: with one a second, half a minute instead of half an hour. */
export const MIN_PROFILES = 24;

/** The file the demo's daemon runs on: as anybody would write it, with intervals of seconds. */
export function daemonConfig(config: DemoConfig): string {
  return `# Written by "heapwarden demo". A real one polls every 15s and captures every minute.
global:
  external_url: http://127.0.0.1:${config.port}
  smtp_smarthost: ${config.smarthost}
  smtp_from: heapwarden@example.com
  smtp_require_tls: false
web:
  listen_address: 127.0.0.1:${config.port}
storage:
  path: ${JSON.stringify(config.dataFolder)}
target_defaults:
  reading: { interval: 500ms, timeout: 5s }
  trigger: { above: 24MiB }
  capture: { interval: 1s, baseline_interval: 1s, timeout: 5s }
  detection: { min_profiles: ${MIN_PROFILES}, confirm_profiles: ${2 * MIN_PROFILES}, min_growth: 4MiB }
targets:
${config.targets
  .map(
    ({ name, url, source }) => `  - name: ${name}
    url: ${url}
    labels: { service: ${name}, env: demo }
    memory_limit: 512MiB
    source: { root: ${JSON.stringify(source)} }
`,
  )
  .join('')}route:
  receiver: oncall
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 4h
receivers:
  - name: oncall
    email_configs: [{ to: oncall@example.com }]
    webhook_configs: [{ url: "${config.webhookUrl}" }]
`;
}
