import { formatValue } from '../pprof/format.ts';
import type { Unit } from '../pprof/format.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { unitOfType } from '../pprof/sample-type.ts';
import { traces } from '../pprof/traces.ts';
import type { Trace, Traces } from '../pprof/traces.ts';
import { aboutProfile, accountedFor, shareOf } from './figures.ts';
import {
  commandResult,
  printableFunction,
  readProfileFile,
  requirePrintable,
} from './profile-file.ts';
import type { CommandResult } from './profile-file.ts';

export interface TracesOptions {
  readonly file: string;
  readonly base: string | undefined;
  /** Stacks to show; 0 for all. */
  readonly count: number;
  readonly sample: SampleType;
  readonly json: boolean;
}

const SEPARATOR = '-----------+-------------------------------------------------------';

/** `heapwarden traces`: which call stacks hold the heap, or what changed since `base`. */
export function runTraces(options: TracesOptions): Promise<CommandResult> {
  return commandResult(async () => {
    const profile = await readProfileFile(options.file, options.base);
    const found = traces(profile, { type: options.sample, count: options.count });
    requirePrintable(namesIn(found), options.file, 'ask for fewer stacks with -n');
    return options.json ? tracesAsJson(found, options) : tracesAsText(found, options, profile);
  });
}

function* namesIn({ traces: all }: Traces): Iterable<string> {
  for (const { functions } of all) yield* functions;
}

/** Each stack as `go tool pprof -traces` prints it. */
function tracesAsText(
  { traces: shown, total, traceCount }: Traces,
  { sample }: TracesOptions,
  profile: Profile,
): string {
  const unit = unitOfType(sample) === 'bytes' ? 'auto' : 'none';
  const values = shown.map(({ value }) => value);
  const lines = [
    ...aboutProfile(profile, sample),
    accountedFor('stacks', values, { total, unit }),
    ...(shown.length < traceCount
      ? [`Showing top ${shown.length} stacks out of ${traceCount}`]
      : []),
    ...shown.flatMap((trace) => [SEPARATOR, ...traceAsText(trace, unit)]),
    SEPARATOR,
  ];
  return `${lines.join('\n')}\n`;
}

function traceAsText({ value, functions, inline }: Trace, unit: Unit): string[] {
  return functions.map((name, at) => {
    const held = at === 0 ? formatValue(value, unit) : '';
    return `${held.padStart(10)}   ${printableFunction(name)}${inline[at] === true ? ' (inline)' : ''}`;
  });
}

/** Shares are from 0 to 1 and have the sign of what they are of; stacks have their leaf first. */
function tracesAsJson(
  { traces: shown, total, traceCount }: Traces,
  options: TracesOptions,
): string {
  const { sample } = options;
  const rows = shown.map(({ value, functions, inline }) => ({
    value,
    share: shareOf(value, total),
    stack: functions.map((name, at) => ({ function: name, inline: inline[at] })),
  }));
  const unit = unitOfType(sample);
  return `${JSON.stringify({ sample, unit, total, stacks: traceCount, rows }, null, 2)}\n`;
}
