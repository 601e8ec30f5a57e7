import { formatPercent, formatValue } from '../pprof/format.ts';
import type { Unit } from '../pprof/format.ts';
import { list } from '../pprof/listing.ts';
import type { Listing, Routine } from '../pprof/listing.ts';
import type { SampleType } from '../pprof/profile.ts';
import { unitOfType } from '../pprof/sample-type.ts';
import { commandResult, noneMatches, printable, readProfileFile } from './profile-file.ts';
import type { CommandResult } from './profile-file.ts';
import { SourceFolder } from '../source/source-folder.ts';

export interface ListOptions {
  /** A regular expression as for `go tool pprof -list`, or the name of a function. */
  readonly function: string;
  readonly file: string;
  readonly base: string | undefined;
  /** The folder in which the program's source is looked for. */
  readonly source: string | undefined;
  readonly sample: SampleType;
}

/** Lines shown before the first and after the last line that has a figure. */
const MARGIN = 5;
/** How far above its first figure the head of a function is looked for. */
const MAX_HEAD_DISTANCE = 60;

/** `heapwarden list`: what each line of a function holds, or by how much it grew since `base`. */
export function runList(options: ListOptions): Promise<CommandResult> {
  return commandResult(async () => {
    const profile = await readProfileFile(options.file, options.base);
    const listing = list(profile, options.sample, options.function);
    if (listing.routines.length === 0) throw noneMatches(options);
    return listingAsText(listing, options);
  });
}

/** Line for line what `go tool pprof -list` prints, and what it prints only with the source at hand. */
async function listingAsText(listing: Listing, options: ListOptions): Promise<string> {
  const unit = unitOfType(options.sample) === 'bytes' ? 'auto' : 'none';
  const source = options.source === undefined ? undefined : new SourceFolder(options.source);
  const lines = [`Total: ${formatValue(listing.total, unit)}`];
  let isWithoutText = false;
  for (const routine of listing.routines) {
    const { function: name, file, flat, cum } = routine;
    const text = await source?.lines(file);
    isWithoutText ||= text === undefined;
    const sums = `${cell(flat, unit)} ${cell(cum, unit)}`;
    lines.push(
      `ROUTINE ======================== ${printable(name)} in ${printable(file)}`,
      `${sums} (flat, cum) ${formatPercent(cum, listing.total)} of Total`,
      ...routineAsText(routine, unit, text),
    );
  }
  if (isWithoutText) lines.push(withoutText(options.source));
  return `${lines.join('\n')}\n`;
}

function withoutText(folder: string | undefined): string {
  if (folder === undefined) return 'without the text of the lines; --source FOLDER shows it';
  return `without the text of lines whose file is not below ${printable(folder)}`;
}

function routineAsText(
  { lines }: Routine,
  unit: Unit,
  source: readonly string[] | undefined,
): string[] {
  const figures = new Map(lines.map((line) => [line.line, line]));
  return linesToShow([...figures.keys()], source).map((line) => {
    const { flat = 0, cum = 0 } = figures.get(line) ?? {};
    const text = source?.[line - 1] ?? '';
    const held = `${cellOrDot(flat, unit)} ${cellOrDot(cum, unit)}`;
    return `${held} ${String(line).padStart(6)}:${text}`;
  });
}

/** With the source at hand, the whole stretch from the function's head on; without, lines with figures. */
function linesToShow(lines: readonly number[], source: readonly string[] | undefined): number[] {
  const first = lines[0] ?? 0;
  const last = lines.at(-1) ?? 0;
  if (source === undefined || last > source.length) return [...lines];
  const start = Math.max(1, headAbove(first, source) ?? first - MARGIN);
  const end = Math.min(source.length, last + MARGIN);
  return Array.from({ length: end - start + 1 }, (_, i) => start + i);
}

function headAbove(line: number, source: readonly string[]): number | undefined {
  const from = Math.max(0, line - 1 - MAX_HEAD_DISTANCE);
  const head = source.slice(from, line).findLastIndex((text) => text.startsWith('func '));
  return head < 0 ? undefined : from + head + 1;
}

function cell(value: number, unit: Unit): string {
  return formatValue(value, unit).padStart(10);
}

function cellOrDot(value: number, unit: Unit): string {
  return value === 0 ? '.'.padStart(10) : cell(value, unit);
}
