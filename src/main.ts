#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { addDaemonCommands } from './cli/daemon-commands.ts';
import { addHelp } from './cli/help-command.ts';
import { addProfileCommands } from './cli/profile-commands.ts';
import { UsageError } from './cli/usage-error.ts';
import { ConfigError } from './config/config-error.ts';
import { keepHeapLean } from './runtime/lean-heap.ts';
import { loadLean } from './runtime/load-lean.ts';
import type { LogLevel } from './runtime/log.ts';
import { messageOf } from './runtime/message-of.ts';
import { takeSignals } from './runtime/signals.ts';

const MORE_HELP = '(heapwarden help COMMAND tells the options)';
const EXIT = { done: 0, failure: 1, usage: 2, config: 78 } as const;

/** What a command says and how it ends. */
interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

type Finish = (outcome: Outcome) => void;

const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;

process.stdout.on('error', explainUnwritten);

process.exitCode = await main(process.argv);

/** A reader such as `head` that has read enough is no failure. The daemon's log goes another way. */
function explainUnwritten(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`heapwarden: cannot write: ${error.message}\n`);
  process.exit(EXIT.failure);
}

async function main(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.config;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n${MORE_HELP}\n`);
    return EXIT.usage;
  }
  process.stderr.write(`heapwarden: ${messageOf(error)}\n`);
  return EXIT.failure;
}

/** Each command's parts are loaded only when it runs, so that small ones answer at once. */
function buildProgram(ended: (exitCode: number) => void): Command {
  const finish = ({ exitCode, output }: Outcome) => {
    const stream = exitCode === EXIT.failure ? process.stderr : process.stdout;
    stream.write(output.endsWith('\n') ? output : `${output}\n`);
    ended(exitCode);
  };
  const program = new Command('heapwarden')
    .description('Watches Go services for memory leaks and names the function that leaks.')
    .version(version)
    .exitOverride()
    .showHelpAfterError(MORE_HELP);
  addRun(program);
  addConfigCommands(program, finish);
  addAnalyze(program, finish);
  addProfileCommands(program, finish);
  addDaemonCommands(program, (output) => finish({ exitCode: EXIT.done, output }));
  program
    .command('demo')
    .description('a leaking service, the daemon, a mailbox and a webhook receiver on this machine')
    .option('--keep', 'leave all of it running until Ctrl-C', false)
    .action(async ({ keep }: { keep: boolean }) => {
      const { runDemo } = await import('./cli/demo.ts');
      ended(await runDemo({ keep }, (line) => void process.stdout.write(`${line}\n`)));
    });
  addHelp(program);
  return program;
}

function addRun(program: Command): void {
  program
    .command('run')
    .description('the daemon')
    .requiredOption('--config <file>', 'the configuration')
    .addOption(
      new Option('--log-level <level>', 'how much it logs')
        .choices(['debug', 'info', 'warn', 'error'] as const)
        .default('info' as const),
    )
    .action(async (options: { config: string; logLevel: LogLevel }) => {
      const signals = takeSignals();
      keepHeapLean();
      const { runDaemon } = await loadLean(() => import('./cli/run.ts'));
      await runDaemon(options, { version, signals });
    });
}

function addConfigCommands(program: Command, finish: Finish): void {
  program
    .command('check-config')
    .description('tells every problem of a configuration')
    .argument('<file>')
    .action(async (file: string) => {
      const { checkConfig } = await import('./cli/check-config.ts');
      finish(await checkConfig(file, process.env));
    });
  program
    .command('test-alert')
    .description('sends a sample of each message and tells what the other side answered')
    .requiredOption('--config <file>', 'the configuration')
    .option('--receiver <name>', 'only this receiver')
    .action(async ({ config: file, receiver }: { config: string; receiver?: string }) => {
      const { runTestAlert } = await import('./cli/test-alert.ts');
      const { createHttpClient } = await import('./target/http-client.ts');
      const { readChecked } = await import('./notify/read-checked.ts');
      const { config } = await readChecked(file, process.env);
      const only = receiver === undefined ? {} : { receiver };
      finish(await runTestAlert(config, { ...only, createHttpClient }));
    });
}

interface AnalyzeFlags {
  readonly json: boolean;
  readonly minProfiles?: string;
  readonly confirmProfiles?: string;
  readonly minGrowth?: string;
  readonly ownPackages: readonly string[];
}

function addAnalyze(program: Command, finish: Finish): void {
  program
    .command('analyze')
    .description(
      'plays saved profiles, in the order given, through the detector, without readings beside them',
    )
    .argument('<file...>')
    .option('--json', 'print one JSON object', false)
    .option('--min-profiles <n>', 'fresh profiles for a suspect (default: 24)')
    .option(
      '--confirm-profiles <n>',
      'fresh profiles for a leak (default: 240, or --min-profiles where that is more)',
    )
    .option('--min-growth <size>', 'growth that is worth a word (default: 4MiB)')
    .option(
      '--own-packages <prefix>',
      'the start of the import paths of your own code; again, or with commas, for more',
      prefixes,
      [],
    )
    .action(async (files: string[], flags: AnalyzeFlags) => {
      const { json, ownPackages, ...detection } = flags;
      const { readDetection } = await import('./cli/detection-options.ts');
      const { runAnalyze } = await import('./cli/analyze.ts');
      finish(await runAnalyze(files, { json, ownPackages, ...readDetection(detection) }));
    });
}

/** Of one option after those before it; files may stand behind each. */
function prefixes(text: string, before: readonly string[]): readonly string[] {
  const more = text.split(',').map((prefix) => prefix.trim());
  if (!more.includes('')) return [...before, ...more];
  throw new InvalidArgumentError('Write the start of an import path such as example.com/shop.');
}
