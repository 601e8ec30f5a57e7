import type { EmailConfig } from '../../config/config.ts';
import type { Answer, Channel, MessageContext, Notification } from '../notification.ts';
import { attachedProfiles, type AttachedProfiles } from './attachments.ts';
import { redact } from '../redact.ts';
import { renderEmail } from './render.ts';
import { failureOf, isTooLarge } from './smtp-answer.ts';
import { openSmtp, type Smtp } from './smtp.ts';

export function createEmail(config: EmailConfig, context: MessageContext): Channel {
  return new EmailChannel(config, context);
}

/** Mails to one list of recipients, over one connection that is opened when it is needed. */
class EmailChannel implements Channel {
  readonly sendResolved: boolean;
  readonly #config: EmailConfig;
  readonly #context: MessageContext;
  #smtp: Smtp | undefined;

  constructor(config: EmailConfig, context: MessageContext) {
    this.sendResolved = config.sendResolved;
    this.#config = config;
    this.#context = context;
  }

  async send(notification: Notification, signal: AbortSignal): Promise<Answer> {
    try {
      const smtp = (this.#smtp ??= await openSmtp(this.#config.smtp));
      const profiles = await attachedProfiles(notification.incident.sightings[0], this.#context);
      const answer = await this.#mail(smtp, { notification, profiles, signal });
      if (answer.kind === 'retry') await this.close();
      return answer;
    } catch (error) {
      return { kind: 'retry', reason: `mail not made: ${String(error)}` };
    }
  }

  async close(): Promise<void> {
    this.#smtp?.transport.close();
    this.#smtp = undefined;
  }

  async #mail(smtp: Smtp, mail: Mail): Promise<Answer> {
    try {
      const { accepted, rejected, response } = await smtp.transport.sendMail(this.#compose(mail));
      const all = accepted.length + rejected.length;
      const some = rejected.length === 0 ? '' : `; ${rejected.length} of ${all} recipients refused`;
      return { kind: 'sent', detail: `${redact(response, smtp.secrets)}${some}` };
    } catch (error) {
      if (mail.profiles === undefined || !isTooLarge(error)) return failureOf(error, smtp.secrets);
      return this.#mail(smtp, { ...mail, profiles: undefined });
    }
  }

  #compose({ notification, profiles, signal }: Mail) {
    const { smtp, to } = this.#config;
    const attachments = profiles === undefined ? [] : [profiles.before, profiles.after];
    const rendered = renderEmail(notification, {
      externalUrl: this.#context.externalUrl,
      domain: domainOf(smtp.from),
      attached: profiles && {
        before: profiles.before.filename,
        after: profiles.after.filename,
      },
    });
    return {
      ...rendered,
      to,
      attachments: attachments.map(({ filename, content }) => ({
        filename,
        content: Buffer.from(content),
        contentType: 'application/gzip',
      })),
      signal,
    };
  }
}

interface Mail {
  readonly notification: Notification;
  readonly profiles: AttachedProfiles | undefined;
  readonly signal: AbortSignal;
}

/** `hw@example.com` and `heapwarden <hw@example.com>`: example.com. */
function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'heapwarden.invalid';
}
