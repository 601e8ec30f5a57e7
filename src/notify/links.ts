import type { Sighting } from '../incident/incident.ts';

export function incidentUrl(externalUrl: string, id: string): string {
  return `${externalUrl}/incidents/${segment(id)}`;
}

export function targetUrl(externalUrl: string, target: string): string {
  return `${externalUrl}/targets/${segment(target)}`;
}

/** Two files or URLs and the command that shows what grew from one to the other. */
export interface ProfilePair {
  readonly before: string;
  readonly after: string;
  readonly command: string;
}

export function profilePair(before: string, after: string): ProfilePair {
  return { before, after, command: `go tool pprof -diff_base ${before} ${after}` };
}

/** Where the saved profiles are served; `undefined` where none are saved. */
export function profileUrls(externalUrl: string, sighting: Sighting): ProfilePair | undefined {
  if (sighting.profiles === undefined) return undefined;
  const folder = `${targetUrl(externalUrl, sighting.target)}/profiles`;
  const { before, after } = sighting.profiles;
  return profilePair(`${folder}/${segment(before.file)}`, `${folder}/${segment(after.file)}`);
}

/** Safe in a URL and, as a part of it, in a shell: `encodeURIComponent` leaves `!'()*` as they are. */
function segment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
