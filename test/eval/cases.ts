import type { Outcome, Said } from './play.ts';
import { isRight } from './table.ts';

/** What ours said of each series, for whoever works on the detector: three lines each. */
export function formatCases(outcomes: readonly Outcome[]): string {
  return outcomes.map(formatCase).join('');
}

function formatCase({ file, meta, onset, said, verdict }: Outcome): string {
  const name = file.replace('.series', '');
  const polls = `suspect ${pollOf(said.suspect)}, leak ${pollOf(said.leak)}`;
  return `${name}: ${meta.kind}, onset ${onset}; ${verdict?.state}, ${polls}
  named ${namesOf(meta, said.leak ?? said.suspect)}
  ${verdict?.reason}
`;
}

function pollOf(said: Said | undefined): string {
  return said === undefined ? '-' : String(said.poll);
}

function namesOf({ culprits }: Outcome['meta'], said: Said | undefined): string {
  if (said === undefined) return '-';
  const right = culprits.some((each) => isRight(each, said.named[0] ?? ''));
  return `${said.named.join(', ')} (${right ? 'right' : 'wrong'})`;
}
