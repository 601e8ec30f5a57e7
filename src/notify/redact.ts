import { printable } from './words.ts';

/** Shorter ones would blank out parts of ordinary words, and keep no secret anyway. */
const SHORTEST = 4;

/** What another party said or an error tells, in one bounded line, with no secret however spelled. */
export function redact(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ])
    .toSorted((a, b) => b.length - a.length);
  const clean = spellings.reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
  return printable(clean.trim());
}
