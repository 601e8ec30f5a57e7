import { createHash } from 'node:crypto';
import { formatBytes } from '../config/units.ts';
import type { SavedProfile } from '../incident/incident.ts';

const LONGEST_NAME = 180;

/**
 * A name of the outside world, as of a target, as the name of one file or folder: what is no letter,
 * digit, `.`, `_` or `-` is percent-encoded, and so is a leading dot, so that no name climbs or hides.
 * `api/checkout` becomes `api%2Fcheckout`, `..` becomes `%2E.`; an overlong one ends in a digest.
 */
export function fileNameFor(name: string): string {
  const wellFormed = Buffer.from(name).toString();
  const safe = encodeURIComponent(wellFormed)
    .replace(/[!'()*~]/g, percentEncoded)
    .replace(/^\./, percentEncoded);
  if (safe.length <= LONGEST_NAME) return safe === '' ? '%' : safe;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${safe.slice(0, LONGEST_NAME)}~${digest}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** A profile file as its name tells it. `turn` orders those of one millisecond, from 1 on. */
export interface ProfileName {
  readonly at: number;
  readonly turn: number;
}

/** `20261122T223501.123Z-45MiB.pb.gz`, and `…-45MiB-2.pb.gz` for a second one of that millisecond. */
export function formatProfileName(name: ProfileName, inuseBytes: number): string {
  const time = new Date(name.at).toISOString().replace(/[-:]/g, '');
  const size = formatBytes(Math.max(0, Math.round(inuseBytes)));
  return `${time}-${size}${name.turn > 1 ? `-${name.turn}` : ''}.pb.gz`;
}

const PROFILE_NAME =
  /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)-\d+(?:\.\d+)?(?:[KMGT]i)?B(?:-(\d{1,6}))?\.pb\.gz$/;

/** `undefined` for a name that no saved profile has. */
export function parseProfileName(file: string): ProfileName | undefined {
  const [, year, month, day, hour, minute, second, turn = '1'] = PROFILE_NAME.exec(file) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(at) ? undefined : { at, turn: Number(turn) };
}

/** Oldest first. */
export function byTime(a: SavedProfile, b: SavedProfile): number {
  return a.at - b.at || turnOf(a) - turnOf(b);
}

function turnOf(profile: SavedProfile): number {
  return parseProfileName(profile.file)?.turn ?? 1;
}
