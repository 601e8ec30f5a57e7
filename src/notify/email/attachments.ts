import type { SavedProfile, Sighting } from '../../incident/incident.ts';
import type { MessageContext } from '../notification.ts';

export interface Attachment {
  readonly filename: string;
  readonly content: Uint8Array;
}

/** Many mail servers take 10 MiB in all, of which base64 eats a quarter. */
const MAX_BYTES = 5 * 2 ** 20;

export interface AttachedProfiles {
  readonly before: Attachment;
  readonly after: Attachment;
}

/** Both saved profiles; `undefined` where one of them is gone or too large, as one alone shows nothing. */
export async function attachedProfiles(
  sighting: Sighting | undefined,
  { readProfile }: MessageContext,
): Promise<AttachedProfiles | undefined> {
  if (sighting?.profiles === undefined) return undefined;
  const { target, profiles } = sighting;
  const read = async (name: string, profile: SavedProfile) => {
    const content = await readProfile(target, profile.file).catch(() => undefined);
    if (content === undefined || content.byteLength > MAX_BYTES) return undefined;
    return { filename: `${fileName(target)}-${name}.pb.gz`, content };
  };
  const before = await read('before', profiles.before);
  const after = await read('after', profiles.after);
  return before === undefined || after === undefined ? undefined : { before, after };
}

/** Safe as a file name and, in the command that the mail shows, in a shell. */
function fileName(target: string): string {
  return target
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[.-]+/, '_')
    .slice(0, 80);
}
