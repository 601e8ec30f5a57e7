import type { Command } from 'commander';

/** `help COMMAND…`, also of the commands of a command: commander's own stops at the first name. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('the options of a command')
    .argument('[command...]', 'such as top, or silence add')
    .action((names: string[]) => names.reduce(commandIn, program).help());
}

function commandIn(command: Command, name: string): Command {
  const found = command.commands.find((below) => below.name() === name);
  return found ?? command.error(`error: unknown command '${name}'`);
}
