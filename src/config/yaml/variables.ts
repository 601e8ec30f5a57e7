/** The environment, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Substituted {
  readonly text: string;
  /** One message a variable that could not be taken. */
  readonly problems: readonly string[];
}

/**
 * Puts environment variables in the place of `${NAME}`. `$${` stands for `${` itself; any other `$` is
 * left alone, so that regular expressions and passwords can be written as they are. What a
 * variable holds is never looked at again: it cannot bring in another variable, nor YAML.
 */
export function substitute(text: string, env: Environment): Substituted {
  const problems: string[] = [];
  const substituted = text.replaceAll(
    /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g,
    (written, name: string | undefined) => {
      if (written === '$${') return '${';
      if (name === undefined) problems.push(NO_NAME);
      else if (!Object.hasOwn(env, name) || env[name] === undefined) problems.push(unset(name));
      else return env[name];
      return '';
    },
  );
  return { text: substituted, problems };
}

const NO_NAME =
  'not an environment variable, seen "${" without a name and "}" after it; ' +
  'write ${NAME}, or $${ for the two characters themselves';

/** Set by systemd for a unit alone, in which it may be anywhere (systemd.exec(5), "LoadCredential="). */
const OF_THE_UNIT = 'CREDENTIALS_DIRECTORY';

function unset(name: string): string {
  if (name === OF_THE_UNIT) {
    return (
      `environment variable ${name} is not set, seen \${${name}}; systemd sets it for the unit, so by hand write ` +
      `the folder that it takes the secrets from, as ${name}=/etc/heapwarden/secrets heapwarden check-config FILE`
    );
  }
  return (
    `environment variable ${name} is not set, seen \${${name}}; ` +
    `set it, or write $\${${name}} for the text itself`
  );
}
