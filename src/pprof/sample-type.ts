import type { SampleType } from './profile.ts';

/** What each type is counted in. Types are known by name and unit, for their order is not fixed. */
const UNITS = {
  alloc_objects: 'count',
  alloc_space: 'bytes',
  inuse_objects: 'count',
  inuse_space: 'bytes',
} as const;

/** The label by which `go tool pprof -diff_base` marks samples of the base. */
export const BASE_LABEL = { key: 'pprof::base', text: 'true' } as const;

export function unitOfType(type: SampleType): 'bytes' | 'count' {
  return UNITS[type];
}

/** The name under which a profile lists a type: `inuse_space/bytes`. */
export function listedAs(type: SampleType): string {
  return `${type}/${UNITS[type]}`;
}
