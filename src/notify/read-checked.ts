import { dirname, resolve } from 'node:path';
import { configError, tryConfig, type ReadConfig } from '../config/load.ts';
import { readConfigFile } from '../config/read-file.ts';
import type { Environment } from '../config/yaml/variables.ts';
import { findTemplateProblems } from './webhook/template-problems.ts';

/** As `loadConfig`, and renders every template once; rejects with `ConfigError` that has the mistakes of both. */
export async function readChecked(file: string, env: Environment): Promise<ReadConfig> {
  const { config, tree, problems } = tryConfig(await readConfigFile(file), { file, env });
  const ofTemplates = await findTemplateProblems(tree, resolve(dirname(file)));
  const all = [...problems, ...ofTemplates];
  if (config === undefined || tree === undefined || all.length > 0) throw configError(file, all);
  return { config, tree };
}
