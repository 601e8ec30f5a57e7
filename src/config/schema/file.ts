import { z } from 'zod';
import type { Config, SmtpConfig, StorageConfig } from '../config.ts';
import { acceptedSchema } from './accepted.ts';
import { baseUrl } from './addresses.ts';
import { block, list } from './block.ts';
import { discoverySchema } from './discovery.ts';
import { heartbeatSchema } from './heartbeat.ts';
import { receiverSchema } from './receiver.ts';
import { routeSchema } from './route.ts';
import { oneOf, required } from './rules.ts';
import { smtpKeys, smtpOf } from './smtp.ts';
import type { SmtpSettings } from './smtp.ts';
import { targetSchema } from './target.ts';
import { timeIntervalsSchema } from './time-intervals.ts';
import { line, size, whole } from './values.ts';
import { webSchema } from './web.ts';

/** The whole file, each part completed by `inherit`; relative paths are taken from `folder`. */
export function fileSchema(folder: string): z.ZodType<Config> {
  return block(
    {
      global: globalSchema(folder).prefault({}),
      web: webSchema(folder).prefault({}),
      storage: storageSchema().prefault({}),
      target_defaults: z.unknown().optional(),
      targets: list(targetSchema(folder), 'targets').optional(),
      discovery: list(discoverySchema(folder), 'groups of targets').optional(),
      route: routeSchema(),
      time_intervals: timeIntervalsSchema(),
      accepted: acceptedSchema(),
      heartbeat: heartbeatSchema(folder).optional(),
      receivers: list(receiverSchema(folder), 'receivers'),
    },
    [required(['targets', 'discovery'], 'a list of targets, a line with "- " for each')],
  ).transform((file) => ({
    ...file.global,
    web: file.web,
    storage: file.storage,
    targets: file.targets ?? [],
    ...(file.discovery === undefined ? {} : { discovery: file.discovery }),
    route: file.route,
    receivers: file.receivers,
    timeIntervals: file.time_intervals,
    accepted: file.accepted,
    heartbeat: file.heartbeat,
  }));
}

function globalSchema(folder: string): z.ZodType<Pick<Config, 'externalUrl' | 'smtp'>> {
  const url = {
    what: 'the URL of heapwarden',
    write: 'the address people open it at, such as https://heapwarden.example.com',
    login: 'let the proxy before it ask for them',
  };
  const smtp = smtpKeys(folder);
  return block(
    {
      external_url: baseUrl(url).optional(),
      smtp_smarthost: smtp.smarthost.optional(),
      smtp_from: smtp.from.optional(),
      smtp_auth_username: smtp.auth_username,
      smtp_auth_password: smtp.auth_password,
      smtp_auth_password_file: smtp.auth_password_file,
      smtp_require_tls: smtp.require_tls,
      smtp_tls_config: smtp.tls_config,
    },
    [oneOf('smtp_auth_password', 'smtp_auth_password_file')],
  ).transform((global) => ({
    externalUrl: global.external_url,
    smtp: completeSmtp({
      smarthost: global.smtp_smarthost,
      from: global.smtp_from,
      auth_username: global.smtp_auth_username,
      auth_password: global.smtp_auth_password,
      auth_password_file: global.smtp_auth_password_file,
      require_tls: global.smtp_require_tls,
      tls_config: global.smtp_tls_config,
    }),
  }));
}

interface GlobalSmtp extends Omit<SmtpSettings, 'smarthost' | 'from'> {
  readonly smarthost: SmtpSettings['smarthost'] | undefined;
  readonly from: string | undefined;
}

/** A server without a sender, or the other way round, is completed by each email. */
function completeSmtp({ smarthost, from, ...rest }: GlobalSmtp): SmtpConfig | undefined {
  if (smarthost === undefined || from === undefined) return undefined;
  return smtpOf({ smarthost, from, ...rest });
}

function storageSchema(): z.ZodType<StorageConfig> {
  return block({
    path: line({ what: 'a path', write: 'the path of a folder' }).default('./data'),
    profiles_per_target: whole({ min: 2, max: 100_000 }).default(64),
    max_size: size(2 ** 20).default(4 * 2 ** 30),
  }).transform((storage) => ({
    path: storage.path,
    profilesPerTarget: storage.profiles_per_target,
    maxBytes: storage.max_size,
  }));
}
