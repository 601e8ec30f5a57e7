import { userInfo } from 'node:os';

/**
 * Who runs this, by the name that the system has: `undefined` where it has none, as for the bare
 * number that a container may run as.
 */
export function osUser(
  environment: NodeJS.ProcessEnv = process.env,
  lookUp: () => { readonly username: string } = userInfo,
): string | undefined {
  const named = environment['USER'] ?? '';
  if (named !== '') return named;
  try {
    return lookUp().username;
  } catch {
    return undefined;
  }
}
