import type { SourceConfig, TargetConfig } from '../config/config.ts';
import type { Sighting } from '../incident/incident.ts';
import type { Pictures } from '../picture/pictures.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import { readExcerpt, type SourceLine } from '../source/excerpt.ts';
import { sourceLink, type SourceLink } from '../source/link.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The lines around the suspect line, with what each of them holds. */
export interface SourceExcerpt {
  readonly lines: readonly (SourceLine & {
    /** In use, of what this line allocates with all it calls; 0 where it holds nothing. */
    readonly inuseBytes: number;
    readonly isSuspect: boolean;
  })[];
}

/** Where a message finds the program's source: all of it optional, and never in a message's way. */
export interface Sources {
  /** Reckoned from the sighting alone, so that it is the same over retries. */
  readonly sourceLink: (sighting: Sighting) => SourceLink | undefined;
  /** Never rejects, and ends with the signal. */
  readonly readSource: (
    sighting: Sighting,
    signal: AbortSignal,
  ) => Promise<SourceExcerpt | undefined>;
}

export interface SourceParts {
  /** As they are when they are asked for. */
  readonly targets: () => readonly TargetConfig[];
  readonly pictures: Pick<Pictures, 'compare'>;
  readonly readProfile: (target: string, file: string) => Promise<Uint8Array | undefined>;
  readonly log: Log;
}

const PATIENCE_MS = 10_000;

export function createSources(parts: SourceParts): Sources {
  const configOf = ({ target }: Sighting) => parts.targets().find(({ name }) => name === target);
  return {
    sourceLink: (sighting) => {
      const { source, ownPackages = [] } = configOf(sighting) ?? {};
      if (source?.urlTemplate === undefined) return undefined;
      const { suspect: place, revision } = sighting;
      return sourceLink(source.urlTemplate, { place, revision, ownPackages });
    },
    readSource: async (sighting, signal) => {
      const source = configOf(sighting)?.source;
      if (source?.root === undefined) return undefined;
      const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const failed = (error: unknown): undefined => {
        parts.log.warn('source not read', { target: sighting.target, error: messageOf(error) });
      };
      const reading = excerptFor(parts, source, sighting).catch(failed);
      return unlessAborted(reading, within, () => undefined);
    },
  };
}

async function excerptFor(
  parts: SourceParts,
  { root = '' }: SourceConfig,
  sighting: Sighting,
): Promise<SourceExcerpt | undefined> {
  const { suspect } = sighting;
  const lines = await readExcerpt(root, suspect);
  if (lines === undefined) return undefined;
  const held = await bytesByLine(parts, sighting).catch(() => new Map<number, number>());
  return {
    lines: lines.map((each) => ({
      ...each,
      inuseBytes: held.get(each.line) ?? 0,
      isSuspect: each.line === suspect.line,
    })),
  };
}

/** What each line of the suspect holds in the newer profile. */
async function bytesByLine(
  { pictures, readProfile }: SourceParts,
  { target, suspect, profiles }: Sighting,
): Promise<ReadonlyMap<number, number>> {
  const after = profiles && (await readProfile(target, profiles.after.file));
  if (after === undefined) return new Map();
  const view = { ...VIEW, function: suspect.function };
  const { closeUp } = await pictures.compare({ after, view });
  const lines = (closeUp?.routines ?? [])
    .filter(({ file }) => file === suspect.file)
    .flatMap((routine) => routine.lines);
  return new Map(lines.map(({ line, cum }) => [line, cum]));
}

const VIEW = {
  type: 'inuse_space',
  sort: 'cum',
  inverted: false,
  zoom: '',
  search: '',
  theme: 'light',
} as const;
