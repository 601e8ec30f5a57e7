import type { Suspect } from '../growth/verdict.ts';
import { alarmsAlone } from './alone.ts';
import type { MemoryOutlook, Sighting, VerdictReport } from './incident.ts';

/** When the limit is reached by what alarms, and has said so for a while: what may be news. */
export interface Foreseen {
  /** How many fresh profiles the process had given when the present run began, and the latest end foreseen in it. */
  readonly fromFresh: number;
  readonly latest: number;
  /** The latest of the run before that, and when it ended; absent where there was none. */
  readonly lasting?: { readonly at: number; readonly limitReachedAt: number };
}

/** Of what makes a verdict: the burst in which a map doubles is seen as another rate for less. */
const RUN_SHARE = 1 / 4;

/** After a report; absent where it does not alarm, or sees no end. */
export function foreseenIn(
  report: VerdictReport,
  suspect: Suspect,
  { memory: { limitReachedAt: end }, previous }: Looks,
): Pick<Sighting, 'foreseen'> {
  if (end === undefined || !alarmsAlone(report, suspect)) return {};
  const { freshInEpoch: fresh, minProfiles, at } = report;
  const run = previous?.quiet === undefined ? previous?.foreseen : undefined;
  if (run === undefined || fresh < run.fromFresh)
    return { foreseen: { fromFresh: fresh, latest: end } };
  const latest = Math.max(run.latest, end);
  if (fresh - run.fromFresh < RUN_SHARE * minProfiles) return { foreseen: { ...run, latest } };
  const lasting = { at, limitReachedAt: latest };
  return { foreseen: { fromFresh: fresh, latest: end, lasting } };
}

interface Looks {
  readonly memory: MemoryOutlook;
  readonly previous: Sighting | undefined;
}
