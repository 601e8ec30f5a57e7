import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import type { Config, Receiver, Route } from '../config/config.ts';
import { formatProblems } from '../config/problem.ts';
import { findWarnings } from '../config/warnings.ts';
import type { Environment } from '../config/yaml/variables.ts';
import { channelNames } from '../notify/channel-names.ts';
import { readChecked } from '../notify/read-checked.ts';

const MAX_LISTED = 10;
const MAX_WARNINGS = 20;

export interface CheckedConfig {
  readonly exitCode: 0 | 78;
  /** Lines ready to print, without a line break at the end. */
  readonly output: string;
}

/** `heapwarden check-config FILE`: every problem of a file, or what it says in a few lines. */
export async function checkConfig(file: string, env: Environment): Promise<CheckedConfig> {
  try {
    const read = await readChecked(file, env);
    const warnings = formatProblems(file, await findWarnings(read, dirname(file)));
    const output = [...summarise(file, read.config), ...limitedTo(MAX_WARNINGS, warnings)];
    return { exitCode: 0, output: output.join('\n') };
  } catch (error) {
    if (error instanceof ConfigError) return { exitCode: 78, output: error.message };
    throw error;
  }
}

function summarise(file: string, config: Config): readonly string[] {
  const receivers = config.receivers.map(
    (receiver) => `${receiver.name} (${channelsOf(receiver)})`,
  );
  return [
    `${file} is good.`,
    listed(
      'target',
      config.targets.map(({ name }) => name),
    ),
    ...groupsOf(config),
    listed('receiver', receivers),
    counted(countRoutes(config.route), 'route'),
  ];
}

/** `2 groups of discovery: shop (1 file, 2 dns), …`. */
function groupsOf({ discovery = [] }: Config): readonly string[] {
  if (discovery.length === 0) return [];
  const groups = discovery.map(({ name, files, https, dns, kubernetes }) => {
    const sources = {
      file: files.length,
      http: https.length,
      dns: dns.length,
      kubernetes: kubernetes.length,
    };
    const told = Object.entries(sources).filter(([, each]) => each > 0);
    return `${name} (${told.map(([kind, each]) => `${each} ${kind}`).join(', ')})`;
  });
  return [`${counted(discovery.length, 'group')} of discovery: ${groups.join(', ')}`];
}

/** `1 email, 2 webhooks`: how many of each kind that there is. */
function channelsOf(receiver: Receiver): string {
  const kinds = channelNames(receiver).map(({ channel }) => channel.replace(/_configs.*/, ''));
  const counts = [...new Set(kinds)].map((kind) =>
    counted(kinds.filter((other) => other === kind).length, kind),
  );
  return counts.length === 0 ? 'no channels' : counts.join(', ');
}

function listed(what: string, names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  const first = names.slice(0, MAX_LISTED).join(', ');
  if (names.length === 0) return counted(0, what);
  return `${counted(names.length, what)}: ${first}${more > 0 ? ` and ${more} more` : ''}`;
}

function limitedTo(most: number, warnings: readonly string[]): readonly string[] {
  const more = warnings.length - most;
  const lines = warnings.slice(0, most).map((warning) => `warning: ${warning}`);
  return more > 0 ? [...lines, `and ${counted(more, 'more warning')}`] : lines;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function countRoutes(route: Route): number {
  return 1 + route.routes.reduce((sum, below) => sum + countRoutes(below), 0);
}
