import { formatBytes } from '../config/units.ts';
import type { SampleType } from '../pprof/profile.ts';
import { unitOfType } from '../pprof/sample-type.ts';

/** A value of a sample type as people read it: `12.3MiB`, `4,211`. */
export function figure(value: number, type: SampleType): string {
  return unitOfType(type) === 'bytes' ? formatBytes(value) : Math.round(value).toLocaleString('en');
}

/** The same with its sign: `+12.3MiB`, `-40`, `0B`. */
export function change(value: number, type: SampleType): string {
  return `${value > 0 ? '+' : ''}${figure(value, type)}`;
}

/** `12.3%` of a total; empty where there is none. */
export function share(value: number, total: number): string {
  if (total === 0) return '';
  const percent = (value / total) * 100;
  return `${Math.abs(percent) >= 99.95 ? Math.round(percent) : Number(percent.toPrecision(3))}%`;
}

/** Growth as a share of what was there; empty where that is nothing, or so little that it says nothing. */
export function relativeChange(value: number, before: number): string {
  return Math.abs(value) >= 10 * before ? '' : share(value, before);
}

/** A function's name without the path of its package: `session.(*Store).Create`. */
export function shortName(name: string): string {
  const [plain = ''] = name.split('[', 1);
  return name.slice(plain.lastIndexOf('/') + 1);
}

/** The same in at most so many characters. */
export function fittedName(name: string, most: number): string {
  const short = Array.from(shortName(name));
  return short.length <= most ? short.join('') : `${short.slice(0, most - 1).join('')}…`;
}

/** At most so many characters, without those at its beginning. */
export function shorten(name: string, most: number): string {
  const points = Array.from(name);
  return points.length <= most ? name : `…${points.slice(1 - most).join('')}`;
}
