import { formatPercent, formatValue, unitForTable } from '../pprof/format.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { unitOfType } from '../pprof/sample-type.ts';
import { top } from '../pprof/top.ts';
import type { Top, TopSort } from '../pprof/top.ts';
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
  const unit = unitForTable(sample, rows, total);
  const shown = rows.reduce((sum, { flat }) => sum + flat, 0);
  const share = formatPercent(shown, total).trim();
  const all = formatValue(total, unit);
  const lines = [
    ...aboutProfile(profile, sample),
    `Showing nodes accounting for ${formatValue(shown, unit)}, ${share} of ${all} total`,
  ];
  if (rows.length < functionCount && total !== 0) {
    lines.push(`Showing top ${rows.length} nodes out of ${functionCount}`);
  }
  lines.push('      flat  flat%   sum%        cum   cum%');
  let sum = 0;
  for (const { function: name, flat, cum, inlined } of rows) {
    sum += flat;
    const figures = [
      formatValue(flat, unit).padStart(10),
      formatPercent(flat, total),
      formatPercent(sum, total),
      formatValue(cum, unit).padStart(10),
      formatPercent(cum, total),
    ];
    lines.push(`${figures.join(' ')}  ${printable(name)}${INLINED[inlined]}`);
  }
  return `${lines.join('\n')}\n`;
}

const INLINED = { no: '', partly: ' (partial-inline)', wholly: ' (inline)' } as const;

function aboutProfile({ build, timeMs }: Profile, sample: SampleType): string[] {
  const file = build.file.slice(build.file.lastIndexOf('/') + 1);
  return [
    ...(file === '' ? [] : [`File: ${printable(file)}`]),
    ...(build.id === '' ? [] : [`Build ID: ${printable(build.id)}`]),
    `Type: ${sample}`,
    ...(timeMs === 0 ? [] : [`Time: ${new Date(timeMs).toISOString()}`]),
  ];
}

/** Shares are from 0 to 1 and have the sign of what they are of. */
function topAsJson({ rows, total, functionCount }: Top, { sample }: TopOptions): string {
  const share = (value: number): number => (total === 0 ? 0 : value / total);
  let sum = 0;
  const told = rows.map(({ function: name, flat, cum, inlined }) => {
    sum += flat;
    return {
      function: name,
      flat,
      flatShare: share(flat),
      sumShare: share(sum),
      cum,
      cumShare: share(cum),
      inlined,
    };
  });
  const unit = unitOfType(sample);
  return `${JSON.stringify({ sample, unit, total, functions: functionCount, rows: told }, null, 2)}\n`;
}
