import type { EmailConfig } from '../../config/config.ts';
import type { Answer, Channel, MessageContext, Notification } from '../notification.ts';
import { NO_ILLUSTRATION, type Illustration, type Picture } from '../illustration.ts';
import { redact } from '../redact.ts';
import type { SourceExcerpt } from '../sources.ts';
import { attachedProfiles, type AttachedProfiles, type Attachment } from './attachments.ts';
import { renderEmail } from './render.ts';
import { failureOf, isTooLarge, refusalsOf } from './smtp-answer.ts';
import { openSmtp, type Smtp } from './smtp.ts';
import { messageOf } from '../../runtime/message-of.ts';

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
      const smtp = (this.#smtp ??= await openSmtp(this.#config));
      const exhibits = await this.#exhibits(notification, signal);
      const answer = await this.#mail(smtp, { notification, ...exhibits, signal });
      if (answer.kind === 'retry') await this.close();
      return answer;
    } catch (error) {
      return { kind: 'retry', reason: `mail not made: ${messageOf(error)}` };
    }
  }

  async close(): Promise<void> {
    this.#smtp?.transport.close();
    this.#smtp = undefined;
  }

  async #mail(smtp: Smtp, mail: Mail): Promise<Answer> {
    try {
      const sent = await smtp.transport.sendMail(this.#compose(mail));
      const refusals = refusalsOf(sent, sent.accepted.length);
      return { kind: 'sent', detail: redact(`${sent.response}${refusals}`, smtp.secrets) };
    } catch (error) {
      const lighter = isTooLarge(error) ? withLess(mail) : undefined;
      if (lighter !== undefined) return this.#mail(smtp, lighter);
      return failureOf(error, { secrets: smtp.secrets, ownKeys: this.#config.ownSmtpKeys });
    }
  }

  /** What the mail brings along, from what is there when it is sent. */
  async #exhibits({ incident }: Notification, signal: AbortSignal): Promise<Exhibits> {
    const [worst] = incident.sightings;
    const profiles = await attachedProfiles(worst, this.#context);
    if (worst === undefined) return { profiles, illustration: NO_ILLUSTRATION, source: undefined };
    const { illustrate, readSource } = this.#context;
    const illustration = (await illustrate?.(incident, worst, signal)) ?? NO_ILLUSTRATION;
    return { profiles, illustration, source: await readSource?.(worst, signal) };
  }

  #compose({ notification, profiles, illustration, source, signal }: Mail) {
    const { smtp, to } = this.#config;
    const [worst] = notification.incident.sightings;
    const domain = domainOf(smtp.from);
    const cidOf = ({ name }: Picture) => `${name}.${notification.id}@${domain}`;
    const rendered = renderEmail(notification, {
      externalUrl: this.#context.externalUrl,
      domain,
      source,
      sourceLink: worst && this.#context.sourceLink?.(worst),
      pictures: illustration.pictures.map(({ png, ...words }) => ({
        ...words,
        ...(png && { shown: { cid: cidOf(words), width: png.width, height: png.height } }),
      })),
      attached: profiles && {
        before: profiles.before.filename,
        after: profiles.after.filename,
      },
    });
    return {
      ...rendered,
      to,
      attachments: [
        ...illustration.pictures.flatMap((picture) => inlineOf(picture, cidOf(picture))),
        ...(profiles === undefined ? [] : [profiles.before, profiles.after]).map(profileOf),
      ],
      signal,
    };
  }
}

interface Exhibits {
  readonly profiles: AttachedProfiles | undefined;
  readonly illustration: Illustration;
  readonly source: SourceExcerpt | undefined;
}

interface Mail extends Exhibits {
  readonly notification: Notification;
  readonly signal: AbortSignal;
}

/** For a server that takes no mail so large: first the profiles go, then the pictures, never the words. */
function withLess(mail: Mail): Mail | undefined {
  if (mail.profiles !== undefined) return { ...mail, profiles: undefined };
  const { pictures, ...rest } = mail.illustration;
  if (pictures.every(({ png }) => png === undefined)) return undefined;
  const words = pictures.map(({ png: _png, ...picture }) => picture);
  return { ...mail, illustration: { ...rest, pictures: words } };
}

function profileOf({ filename, content }: Attachment) {
  return { filename, content: Buffer.from(content), contentType: 'application/gzip' };
}

/** Shown within the mail by its id, and not in the list of attachments. */
function inlineOf({ name, png }: Picture, cid: string) {
  if (png === undefined) return [];
  const content = Buffer.from(png.bytes);
  const kind = { contentType: 'image/png', contentDisposition: 'inline' } as const;
  return [{ filename: `${name}.png`, content, cid, ...kind }];
}

/** `hw@example.com` and `heapwarden <hw@example.com>`: example.com. */
function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'heapwarden.invalid';
}
