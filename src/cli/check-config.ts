import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import type { Config, Route } from '../config/config.ts';
import { readConfig } from '../config/load.ts';
import { formatProblems } from '../config/problem.ts';
import { readConfigFile } from '../config/read-file.ts';
import { findWarnings } from '../config/warnings.ts';
import type { Environment } from '../config/yaml/variables.ts';

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
    const read = readConfig(await readConfigFile(file), { file, env });
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
    ({ name, emails, webhooks }) =>
      `${name} (${counted(emails.length, 'email')}, ${counted(webhooks.length, 'webhook')})`,
  );
  return [
    `${file} is good.`,
    listed(
      'target',
      config.targets.map(({ name }) => name),
    ),
    listed('receiver', receivers),
    counted(countRoutes(config.route), 'route'),
  ];
}

function listed(what: string, names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  const first = names.slice(0, MAX_LISTED).join(', ');
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
