import type { Incident, Sighting } from '../incident/incident.ts';
import type { Severity } from './notification.ts';

const MAX_FUNCTION_LENGTH = 500;

/** The labels of one alert: the target's own and, over them, those that heapwarden sets. */
export function alertLabels(
  incident: Incident,
  sighting: Sighting | undefined,
  severity: Severity,
): Readonly<Record<string, string>> {
  return {
    ...sighting?.labels,
    ...(sighting === undefined ? {} : { target: sighting.target }),
    alertname: 'GoHeapLeak',
    severity,
    function: incident.function.slice(0, MAX_FUNCTION_LENGTH),
    kind: incident.kind,
  };
}

export function severityOf(state: 'suspect' | 'leak'): Severity {
  return state === 'leak' ? 'critical' : 'warning';
}
