import type { Config, EmailConfig } from './config.ts';
import { child, descend, type Tree } from './yaml/tree.ts';

/** Notes which keys of the mail server each email sets itself, by the file as it is written: the others are of `global`. */
export function withOwnSmtpKeys(config: Config, written: Tree): Config {
  const receivers = config.receivers.map((receiver, at) => {
    const emails = descend(written, 'receivers', at, 'email_configs');
    return {
      ...receiver,
      emails: receiver.emails.map((email, index) => withOwn(email, child(emails, index))),
    };
  });
  return { ...config, receivers };
}

function withOwn(email: EmailConfig, written: Tree | undefined): EmailConfig {
  const ownSmtpKeys = keysSet(written).filter((key) => !OF_ANY_EMAIL.has(key));
  return ownSmtpKeys.length === 0 ? email : { ...email, ownSmtpKeys };
}

/** Those of a block in it as `tls_config.ca_file`. */
function keysSet(written: Tree | undefined): readonly string[] {
  if (written?.kind !== 'map') return [];
  return [...written.entries]
    .filter(([, value]) => value.kind !== 'unset')
    .flatMap(([key, value]) => [key, ...keysSet(value).map((below) => `${key}.${below}`)]);
}

const OF_ANY_EMAIL: ReadonlySet<string> = new Set(['to', 'send_resolved']);
