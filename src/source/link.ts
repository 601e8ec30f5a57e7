import type { Place } from '../growth/verdict.ts';
import { repositoryPath } from './repository-path.ts';

export interface SourceLink {
  readonly url: string;
  /** Of the running build; `undefined` where the target does not tell it, and the link is to the newest. */
  readonly revision: string | undefined;
}

export interface LinkQuestion {
  readonly place: Place;
  readonly revision: string | undefined;
  readonly ownPackages: readonly string[];
}

/** What GitHub, GitLab and Gitea all take for the newest revision of the main branch. */
const NEWEST = 'HEAD';

/** A template has `{file}`, `{line}` and `{revision}`; `undefined` where the file's place is not known. */
export function sourceLink(template: string, question: LinkQuestion): SourceLink | undefined {
  const { place, ownPackages, revision } = question;
  const file = repositoryPath(place, ownPackages);
  if (file === undefined) return undefined;
  const values = new Map([
    ['{file}', file.split('/').map(encodeURIComponent).join('/')],
    ['{line}', String(place.line)],
    ['{revision}', encodeURIComponent(revision ?? NEWEST)],
  ]);
  const url = template.replace(/\{(file|line|revision)\}/g, (name) => values.get(name) ?? '');
  return { url, revision: template.includes('{revision}') ? revision : undefined };
}
