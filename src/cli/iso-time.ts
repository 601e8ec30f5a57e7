/** ISO 8601 in UTC, to the second: `2026-03-01T14:05:00Z`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
