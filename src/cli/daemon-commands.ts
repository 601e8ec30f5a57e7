import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration, parseMoment } from '../config/units.ts';
import type { AddressFlags } from './daemon-address.ts';
import type { DaemonClient } from './daemon-client.ts';
import { osUser } from './os-user.ts';
import type { Term } from './silence.ts';

type Say = (output: string) => void;

/** The commands that speak to a running daemon. */
export function addDaemonCommands(program: Command, say: Say): void {
  const silence = program
    .command('silence')
    .description('silences of a running daemon: what is not told for a while');
  addSilenceAdd(silence, say);
  addSilenceRest(silence, say);
  addAcknowledge(program, say);
  addDeadLetters(program, say);
}

interface TermFlags extends AddressFlags {
  readonly for?: string;
  readonly until?: string;
  readonly by?: string;
  readonly comment: string;
}

function addSilenceAdd(silence: Command, say: Say): void {
  withTerm(
    silence
      .command('add')
      .description(
        'tells nothing of what all the matchers hold for, but that it is over; what an Alertmanager took stands there',
      )
      .argument('<matcher...>', "as in a route: 'service = checkout', 'function =~ \".*Create\"'"),
  ).action(async (matchers: string[], flags: TermFlags) => {
    const { addSilence } = await import('./silence.ts');
    say(await withClient(flags, (client) => addSilence(client, matchers, termOf(flags))));
  });
}

function addSilenceRest(silence: Command, say: Say): void {
  withAddress(silence.command('list').description('those in force and those to come'))
    .option('--all', 'those that ended too', false)
    .option('--json', 'print JSON', false)
    .action(async (flags: AddressFlags & { all: boolean; json: boolean }) => {
      const { listSilences } = await import('./silence.ts');
      say(await withClient(flags, (client) => listSilences(client, flags)));
    });
  withAddress(silence.command('expire').description('ends silences now').argument('<id...>')) //
    .action(async (ids: string[], flags: AddressFlags) => {
      const { expireSilences } = await import('./silence.ts');
      say(await withClient(flags, (client) => expireSilences(client, ids)));
    });
}

function addAcknowledge(program: Command, say: Say): void {
  withTerm(
    program
      .command('acknowledge')
      .description(
        'tells nothing more of an incident for a while, unless it gets worse or ends; what an Alertmanager took stands there',
      )
      .argument('<incident>')
      .option('--withdraw', 'tell of it again', false),
  ).action(async (incident: string, flags: TermFlags & { withdraw: boolean }) => {
    const { acknowledge, withdrawAcknowledgement } = await import('./silence.ts');
    const ask = (client: DaemonClient) =>
      flags.withdraw
        ? withdrawAcknowledgement(client, incident)
        : acknowledge(client, incident, termOf(flags));
    say(await withClient(flags, ask));
  });
}

function addDeadLetters(program: Command, say: Say): void {
  const letters = program
    .command('dead-letters')
    .description('notifications that a running daemon gave up');
  withAddress(letters.command('list').description('with what the other side said'))
    .option('--json', 'print JSON', false)
    .action(async (flags: AddressFlags & { json: boolean }) => {
      const { listDeadLetters } = await import('./dead-letters.ts');
      say(await withClient(flags, (client) => listDeadLetters(client, flags.json)));
    });
  withAddress(letters.command('resend').description('sends them again').argument('[id...]'))
    .option('--all', 'all of them', false)
    .action(async (ids: string[], flags: AddressFlags & { all: boolean }, command: Command) => {
      if (ids.length === 0 && !flags.all) command.error('error: name some, or write --all');
      const { resendDeadLetters } = await import('./dead-letters.ts');
      say(await withClient(flags, (client) => resendDeadLetters(client, ids, flags.all)));
    });
}

function withTerm(command: Command): Command {
  return withAddress(command)
    .option('--for <duration>', 'how long, such as 2h; 1h where --until is not given', duration)
    .addOption(
      new Option('--until <time>', 'the end, such as 2026-03-01T14:00:00Z, or a day in UTC')
        .argParser(moment)
        .conflicts('for'),
    )
    .option('--by <name>', 'who asks for it; you, where it is not given')
    .option('--comment <text>', 'why', '');
}

function withAddress(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'the address of the daemon')
        .default('http://127.0.0.1:9899')
        .env('HEAPWARDEN_URL'),
    )
    .option('--user <name>', 'one of web.basic_auth_users')
    .option('--password-file <file>', 'where the password of the user is')
    .option('--ca-file <file>', 'who signed the certificate of the daemon, in PEM');
}

function termOf({ for: duration, until, by = osUser(), comment }: TermFlags): Term {
  const said = by === undefined ? { comment } : { by, comment };
  return until === undefined ? { duration: duration ?? '1h', ...said } : { until, ...said };
}

async function withClient(
  flags: AddressFlags,
  ask: (client: DaemonClient) => Promise<string>,
): Promise<string> {
  const { readAddress } = await import('./daemon-address.ts');
  const address = readAddress(flags);
  const { createDaemonClient } = await import('./daemon-client.ts');
  const client = createDaemonClient(address);
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

function duration(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new InvalidArgumentError('Write a duration as 30m or 8h.');
}

/** As it was written: the daemon reads it too. */
function moment(text: string): string {
  if (parseMoment(text) !== undefined) return text;
  throw new InvalidArgumentError(
    'Write a time as 2026-03-01T14:00:00Z, or a day as 2026-03-01, which is its beginning in UTC.',
  );
}
