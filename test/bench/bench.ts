import { benchDecode } from './decode.ts';

const USAGE = `usage: npm run bench -- COMMAND
  decode FILE…   from compressed profile to updated history, beside gunzip and other readers`;

const [command, ...rest] = process.argv.slice(2);
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  decode: (files) => benchDecode(files),
};

const run = COMMANDS[command ?? ''];
if (run === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await run(rest);
}
