import { dirname, resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { crossCheck } from './cross-checks.ts';
import { inherit } from './inherit.ts';
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
export function readConfig(text: string, { file, env }: Origin): ReadConfig {
  const written = readYaml(text, env);
  if (written.tree === undefined) throw configError(file, written.problems);
  const folder = resolve(dirname(file));
  const tree = inherit(written.tree);
  const parsed = fileSchema(folder).safeParse(plain(tree));
  const problems = [
    ...written.problems,
    ...defaultsProblems(tree, folder),
    ...(parsed.error?.issues.flatMap((issue) => relateIssue(issue, tree)) ?? []),
    ...crossCheck(tree),
  ];
  if (problems.length > 0 || !parsed.success) throw configError(file, problems);
  return { config: parsed.data, tree };
}

/** Its values are checked once more as part of each target, but a mistake in them belongs here. */
function defaultsProblems(tree: Tree, folder: string): readonly Problem[] {
  const defaults = child(tree, 'target_defaults');
  if (defaults === undefined || defaults.kind === 'unset') return [];
  const parsed = targetDefaultsSchema(folder).safeParse(plain(defaults));
  return parsed.error?.issues.flatMap((issue) => relateDefaultsIssue(issue, defaults)) ?? [];
}

function configError(file: string, problems: readonly Problem[]): ConfigError {
  return new ConfigError(formatProblems(file, problems));
}
