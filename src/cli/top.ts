import { unitForTable } from '../pprof/format.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { unitOfType } from '../pprof/sample-type.ts';
import { top } from '../pprof/top.ts';
import type { Top, TopSort } from '../pprof/top.ts';
import { aboutProfile, accountedFor, figuresAsJson, figuresAsText, withSums } from './figures.ts';
import { commandResult, printable, readProfileFile, writeProfileFile } from './profile-file.ts';
import type { CommandResult } from './profile-file.ts';

export interface TopOptions {
  readonly file: string;
  readonly base: string | undefined;
  /** Rows to show; 0 for all. */
  readonly count: number;
  readonly sort: TopSort;
  readonly sample: SampleType;
  readonly json: boolean;
  /** Where the profile, or what changed since `base`, is saved for other tools. */
  readonly output?: string | undefined;
}

/** `heapwarden top`: which functions hold the heap, or what changed since `base`. */
export function runTop(options: TopOptions): Promise<CommandResult> {
  return commandResult(async () => {
    const profile = await readProfileFile(options.file, options.base);
    if (options.output !== undefined) await writeProfileFile(options.output, profile);
    const table = top(profile, { ...options, type: options.sample });
    return options.json ? topAsJson(table, options) : topAsText(table, options, profile);
  });
}

/** Line for line what `go tool pprof -top -nodefraction=0` prints. */
function topAsText(
  { rows, total, functionCount }: Top,
  { sample }: TopOptions,
  profile: Profile,
): string {
  const whole = { total, unit: unitForTable(sample, rows, total) };
  const shown = rows.map(({ flat }) => flat);
  const lines = [...aboutProfile(profile, sample), accountedFor('nodes', shown, whole)];
  if (rows.length < functionCount && total !== 0) {
    lines.push(`Showing top ${rows.length} nodes out of ${functionCount}`);
  }
  lines.push('      flat  flat%   sum%        cum   cum%');
  for (const row of withSums(rows)) {
    lines.push(`${figuresAsText(row, whole)}  ${printable(row.function)}${INLINED[row.inlined]}`);
  }
  return `${lines.join('\n')}\n`;
}

const INLINED = { no: '', partly: ' (partial-inline)', wholly: ' (inline)' } as const;

/** Shares are from 0 to 1 and have the sign of what they are of. */
function topAsJson({ rows, total, functionCount }: Top, { sample }: TopOptions): string {
  const told = withSums(rows).map((row) => ({
    function: row.function,
    ...figuresAsJson(row, total),
    inlined: row.inlined,
  }));
  const unit = unitOfType(sample);
  return `${JSON.stringify({ sample, unit, total, functions: functionCount, rows: told }, null, 2)}\n`;
}
