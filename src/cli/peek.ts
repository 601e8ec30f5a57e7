import { formatPercent, formatValue, unitForTable } from '../pprof/format.ts';
import { peek } from '../pprof/peek.ts';
import type { Peek, PeekedCall, PeekedFunction } from '../pprof/peek.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { unitOfType } from '../pprof/sample-type.ts';
import {
  aboutProfile,
  accountedFor,
  figuresAsJson,
  figuresAsText,
  shareOf,
  withSums,
} from './figures.ts';
import type { Whole } from './figures.ts';
import {
  commandResult,
  noneMatches,
  printableFunction,
  readProfileFile,
  requirePrintable,
} from './profile-file.ts';
import type { CommandResult } from './profile-file.ts';

export interface PeekOptions {
  /** A regular expression as for `go tool pprof -peek`, or the name of a function. */
  readonly function: string;
  readonly file: string;
  readonly base: string | undefined;
  readonly sample: SampleType;
  readonly json: boolean;
}

const SEPARATOR = '----------------------------------------------------------+-------------';
const HEAD = '      flat  flat%   sum%        cum   cum%   calls calls% + context';

/** `heapwarden peek`: who calls a function and what it calls, with what each call holds. */
export function runPeek(options: PeekOptions): Promise<CommandResult> {
  return commandResult(async () => {
    const profile = await readProfileFile(options.file, options.base);
    const peeked = peek(profile, options.sample, options.function);
    if (peeked.functions.length === 0) throw noneMatches(options);
    requirePrintable(namesIn(peeked), options.file, 'give the name of one function');
    return options.json ? peekAsJson(peeked, options) : peekAsText(peeked, options, profile);
  });
}

function* namesIn({ functions }: Peek): Iterable<string> {
  for (const { function: name, callers, callees } of functions) {
    yield name;
    for (const call of callers) yield call.function;
    for (const call of callees) yield call.function;
  }
}

/** Line for line what `go tool pprof -peek` prints. */
function peekAsText({ table, functions }: Peek, { sample }: PeekOptions, profile: Profile): string {
  const { rows, total } = table;
  const whole = { total, unit: unitForTable(sample, rows, total) };
  const held = rows.map(({ flat }) => flat);
  const lines = [
    ...aboutProfile(profile, sample),
    accountedFor('nodes', held, whole),
    SEPARATOR,
    HEAD,
    ...withSums(functions).flatMap((row) => [SEPARATOR, ...functionAsText(row, whole)]),
    SEPARATOR,
  ];
  return `${lines.join('\n')}\n`;
}

function functionAsText(row: PeekedFunction & { readonly sum: number }, whole: Whole): string[] {
  const callAsText = ({ function: name, value, inline }: PeekedCall): string => {
    const figures = `${formatValue(value, whole.unit).padStart(50)} ${formatPercent(value, row.cum)}`;
    return `${figures} |   ${printableFunction(name)}${inline ? ' (inline)' : ''}`;
  };
  return [
    ...row.callers.map(callAsText),
    `${figuresAsText(row, whole)}                | ${printableFunction(row.function)}`,
    ...row.callees.map(callAsText),
  ];
}

/** Shares have the sign of what they are of; that of a call is of what its function holds (cum). */
function peekAsJson({ table, functions }: Peek, { sample }: PeekOptions): string {
  const { total } = table;
  const rows = withSums(functions).map((row) => {
    const callAsJson = ({ function: name, value, inline }: PeekedCall) => ({
      function: name,
      value,
      share: shareOf(value, Math.abs(row.cum)),
      inline,
    });
    return {
      function: row.function,
      ...figuresAsJson(row, total),
      inlined: row.inlined,
      callers: row.callers.map(callAsJson),
      callees: row.callees.map(callAsJson),
    };
  });
  return `${JSON.stringify({ sample, unit: unitOfType(sample), total, rows }, null, 2)}\n`;
}
