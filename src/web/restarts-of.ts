import { restartsIn } from '../memory/restarts.ts';
import type { Dashboard } from './status.ts';

/** When other processes of a target began to answer, as far back as its readings are kept, oldest first. */
export function restartsOf(dashboard: Dashboard, target: string): readonly number[] {
  return restartsIn(dashboard.memory?.(target) ?? [], dashboard.happenings?.(target) ?? []);
}
