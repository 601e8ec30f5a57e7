import { isAlarm } from '../growth/verdict.ts';
import type { Suspect, VerdictState } from '../growth/verdict.ts';
import type { VerdictReport } from './incident.ts';

/** What a report says of one of its suspects alone: beside a leak may grow what is none. */
export function stateOf(
  { state: ofAll }: Pick<VerdictReport, 'state'>,
  { state = ofAll }: Suspect,
): VerdictState {
  return state;
}

/** Whether it may open an incident, or add a target to one. */
export function alarmsAlone(report: Pick<VerdictReport, 'state'>, suspect: Suspect): boolean {
  return isAlarm(stateOf(report, suspect));
}

/** The reason of a verdict speaks of its first suspect. */
export function reasonFor({ reason, suspects }: VerdictReport, suspect: Suspect): string {
  if (suspect.reason !== undefined) return suspect.reason;
  const strongest = suspects[0]?.function;
  if (strongest === undefined || strongest === suspect.function) return reason;
  return `grows beside ${strongest}: ${reason}`;
}
