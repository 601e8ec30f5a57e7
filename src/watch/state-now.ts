import type { Trigger } from '../memory/trigger.ts';

/**
 * How a target stands at present, by what was found of it: without readings nobody knows how it is, whatever
 * that was. Pages, API and metrics all tell this.
 */
export function stateNow<Found>(mode: Trigger['mode'], found: Found): Found | 'blind' {
  return mode === 'blind' ? 'blind' : found;
}
