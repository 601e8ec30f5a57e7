import { dirname, resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { crossCheck } from './cross-checks.ts';
import { inherit } from './inherit.ts';
import { withOwnSmtpKeys } from './own-smtp-keys.ts';
import { formatProblems } from './problem.ts';
import type { Problem } from './problem.ts';
import { readConfigFile } from './read-file.ts';
import { relateDefaultsIssue, relateIssue } from './relate-issue.ts';
import { fileSchema } from './schema/file.ts';
import { targetDefaultsSchema } from './schema/target.ts';
import { readYaml } from './yaml/read-yaml.ts';
import { child, plain } from './yaml/tree.ts';
import type { Tree } from './yaml/tree.ts';
import type { Environment } from './yaml/variables.ts';

export interface Origin {
  /** The path as messages show it; relative paths in the file start from its folder. */
  readonly file: string;
  readonly env: Environment;
}

/** A configuration together with the tree it came from, which knows where everything stands. */
export interface ReadConfig {
  readonly config: Config;
  readonly tree: Tree;
}

/** Reads a configuration file; rejects with `ConfigError`, also where the file cannot be read. */
export async function loadConfig(path: string, env: Environment): Promise<Config> {
  return parseConfig(await readConfigFile(path), { file: path, env });
}

/** Throws `ConfigError` with every problem of the text. */
export function parseConfig(text: string, origin: Origin): Config {
  return readConfig(text, origin).config;
}

/** As `parseConfig`, for those who also want to say where in the file something stands. */
export function readConfig(text: string, origin: Origin): ReadConfig {
  const { config, tree, problems } = tryConfig(text, origin);
  if (config === undefined || tree === undefined) throw configError(origin.file, problems);
  return { config, tree };
}

/** What could be read of a text, and all that is wrong with it. */
export interface TriedConfig {
  /** `undefined` where anything is wrong. */
  readonly config: Config | undefined;
  /** `undefined` where the YAML itself is not sound. */
  readonly tree: Tree | undefined;
  readonly problems: readonly Problem[];
}

/** As `readConfig`, for those who look for further mistakes beside those found here. */
export function tryConfig(text: string, { file, env }: Origin): TriedConfig {
  const written = readYaml(text, env);
  if (written.tree === undefined) return { ...written, config: undefined };
  const folder = resolve(dirname(file));
  const tree = inherit(written.tree);
  const parsed = fileSchema(folder).safeParse(plain(tree));
  const problems = [
    ...written.problems,
    ...defaultsProblems(tree, folder),
    ...(parsed.error?.issues.flatMap((issue) => relateIssue(issue, tree)) ?? []),
    ...crossCheck(tree),
  ];
  if (problems.length > 0 || parsed.data === undefined)
    return { config: undefined, tree, problems };
  return { config: withOwnSmtpKeys(parsed.data, written.tree), tree, problems };
}

/** Its values are checked once more as part of each target, but a mistake in them belongs here. */
function defaultsProblems(tree: Tree, folder: string): readonly Problem[] {
  const defaults = child(tree, 'target_defaults');
  if (defaults === undefined || defaults.kind === 'unset') return [];
  const parsed = targetDefaultsSchema(folder).safeParse(plain(defaults));
  return parsed.error?.issues.flatMap((issue) => relateDefaultsIssue(issue, defaults)) ?? [];
}

/** All problems of a file in one. */
export function configError(file: string, problems: readonly Problem[]): ConfigError {
  return new ConfigError(formatProblems(file, problems));
}
