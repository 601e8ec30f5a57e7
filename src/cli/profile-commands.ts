import { InvalidArgumentError, Option, type Command } from 'commander';
import { HEAP_SAMPLE_TYPES, type SampleType } from '../pprof/profile.ts';
import { TOP_SORTS, type TopSort } from '../pprof/top.ts';
import type { CommandResult } from './profile-file.ts';

type Finish = (result: CommandResult) => void;

/** The commands that show what is in a profile, or in what changed since another. */
export function addProfileCommands(program: Command, finish: Finish): void {
  addTop(program, finish);
  addList(program, finish);
  addPeek(program, finish);
  addTraces(program, finish);
}

interface ProfileFlags {
  readonly base: string | undefined;
  readonly sample: SampleType;
}

interface TopFlags extends ProfileFlags {
  readonly count: number;
  readonly sort: TopSort;
  readonly json: boolean;
  readonly output: string | undefined;
}

function addTop(program: Command, finish: Finish): void {
  const command = program
    .command('top')
    .description('the functions that hold the most memory, as go tool pprof -top')
    .argument('<file>');
  withProfile(command)
    .option('-n, --count <rows>', 'rows; 0 for all', count, 10)
    .addOption(
      new Option('--sort <by>', 'what rows are sorted by')
        .choices(TOP_SORTS)
        .default('flat' as const),
    )
    .option('--output <file>', 'save the profile, or the difference, for go tool pprof')
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, flags: TopFlags) => {
      const { runTop } = await import('./top.ts');
      finish(await runTop({ file, ...flags }));
    });
}

interface ListFlags extends ProfileFlags {
  readonly source: string | undefined;
}

function addList(program: Command, finish: Finish): void {
  const command = program
    .command('list')
    .description('memory by line of a function, as go tool pprof -list')
    .argument('<function>', 'a regular expression on the name')
    .argument('<file>');
  withProfile(command)
    .option('--source <dir>', 'where the source text is')
    .action(async (name: string, file: string, flags: ListFlags) => {
      const { runList } = await import('./list.ts');
      finish(await runList({ function: name, file, ...flags }));
    });
}

function addPeek(program: Command, finish: Finish): void {
  const command = program
    .command('peek')
    .description('who calls a function and what it calls, as go tool pprof -peek')
    .argument('<function>', 'a regular expression on the name')
    .argument('<file>');
  withProfile(command)
    .option('--json', 'print one JSON object', false)
    .action(async (name: string, file: string, flags: ProfileFlags & { json: boolean }) => {
      const { runPeek } = await import('./peek.ts');
      finish(await runPeek({ function: name, file, ...flags }));
    });
}

interface TracesFlags extends ProfileFlags {
  readonly count: number;
  readonly json: boolean;
}

function addTraces(program: Command, finish: Finish): void {
  const command = program
    .command('traces')
    .summary('the call stacks that hold the most memory')
    .description(
      'the call stacks that hold the most memory, the largest first and those of the same functions ' +
        'as one; go tool pprof -traces has all samples, as they stand in the file',
    )
    .argument('<file>');
  withProfile(command)
    .option('-n, --count <stacks>', 'stacks; 0 for all', count, 10)
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, flags: TracesFlags) => {
      const { runTraces } = await import('./traces.ts');
      finish(await runTraces({ file, ...flags }));
    });
}

function withProfile(command: Command): Command {
  return command
    .option('--base <file>', 'subtract this profile, as -base of go tool pprof')
    .addOption(
      new Option('--sample <type>', 'which figure')
        .choices(HEAP_SAMPLE_TYPES)
        .default('inuse_space' as const),
    );
}

function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Write a whole number.');
}
