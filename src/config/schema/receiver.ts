import type { z } from 'zod';
import type { EmailConfig, Receiver, WebhookConfig } from '../config.ts';
import { Secret } from '../secret.ts';
import { mailAddresses, secretUrl } from './addresses.ts';
import { block, list } from './block.ts';
import { httpSchema } from './http.ts';
import { needs, oneOf, required } from './rules.ts';
import { smtpKeys, smtpOf } from './smtp.ts';
import { duration, flag, line, secret, secretFile } from './values.ts';

export function receiverSchema(folder: string): z.ZodType<Receiver> {
  return block({
    name: line({ what: 'the name of a receiver', write: 'a name such as oncall' }),
    email_configs: list(emailSchema(folder), 'emails').default([]),
    webhook_configs: list(webhookSchema(folder), 'webhooks').default([]),
  }).transform((receiver) => ({
    name: receiver.name,
    emails: receiver.email_configs,
    webhooks: receiver.webhook_configs,
  }));
}

/** An email after it has taken from `global` what it does not say itself. */
function emailSchema(folder: string): z.ZodType<EmailConfig> {
  const to = {
    what: 'a mail address',
    write: 'one address such as sre@example.com, or several with commas between',
  };
  const own = { to: mailAddresses(to), send_resolved: flag().default(false) };
  return block({ ...own, ...smtpKeys(folder) }, [
    oneOf('auth_password', 'auth_password_file'),
    needs('auth_username', ['auth_password', 'auth_password_file'], 'password'),
    needs('auth_password', ['auth_username'], 'user name'),
    needs('auth_password_file', ['auth_username'], 'user name'),
  ]).transform((email) => ({
    to: email.to,
    smtp: smtpOf(email),
    sendResolved: email.send_resolved,
  }));
}

function webhookSchema(folder: string): z.ZodType<WebhookConfig> {
  const url = {
    what: 'the URL of a webhook',
    write: 'one such as https://hooks.example.com/leaks',
    login: 'http.basic_auth',
  };
  return block(
    {
      url: secretUrl(url).optional(),
      url_file: secretFile(folder).optional(),
      secret: secret('the secret that signs the body').optional(),
      secret_file: secretFile(folder).optional(),
      http: httpSchema(folder).prefault({}),
      timeout: duration({ max: 600_000 }).default(10_000),
      send_resolved: flag().default(true),
    },
    [
      required(['url', 'url_file'], 'the URL of the webhook, or url_file with a path'),
      oneOf('url', 'url_file'),
      oneOf('secret', 'secret_file'),
    ],
  ).transform((webhook) => ({
    url: webhook.url ?? webhook.url_file ?? Secret.of(''),
    secret: webhook.secret ?? webhook.secret_file,
    http: webhook.http,
    timeoutMs: webhook.timeout,
    sendResolved: webhook.send_resolved,
  }));
}
