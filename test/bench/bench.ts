import { benchDecode } from './decode.ts';
import { benchPage } from './page.ts';

const USAGE = `usage: npm run bench -- COMMAND
  decode FILE…   from compressed profile to updated history, beside gunzip and other readers
  page           the first view of 2,000 targets in Chromium: bytes and milliseconds`;

const [command, ...rest] = process.argv.slice(2);
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  decode: (files) => benchDecode(files),
  page: () => benchPage(),
};

const run = COMMANDS[command ?? ''];
if (run === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await run(rest);
}
