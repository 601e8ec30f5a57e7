/** What is kept of each target beside its profiles. */
export const READINGS = 'readings-';

export function readingsBlob(target: string): string {
  return `${READINGS}${target}`;
}

export function historyBlob(target: string): string {
  return `history-${target}`;
}
