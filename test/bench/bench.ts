import { benchCost } from './cost.ts';
import { benchCurves } from './curves.ts';
import { benchDecode } from './decode.ts';
import { benchFleet } from './fleet.ts';
import { exitOnSignal } from '../support/exit-on-signal.ts';
import { benchPage } from './page.ts';
import { runAlone } from './run-alone.ts';

const USAGE = `usage: npm run bench -- COMMAND
  decode FILE…   from compressed profile to updated history, beside gunzip and other readers
  page           the first view of 2,000 targets in Chromium: bytes and milliseconds
  memory [--targets 1000] [--stacks 2000]   what full histories of so many targets take
  fleet [--targets 2000] [--seconds 60] [--page FILE] [--bare]   the daemon on many targets, each with a /metrics page
                 of 44 samples or that of FILE, beside Prometheus, and beside clients that only ask: what of a
                 reading's cost is theirs
  curves [--out FILE.png]   how all this grows with targets, stacks and age, as lines and as a picture
  cost [--mib 1024] [--rounds 15]           what a capture costs the target`;

const [command, ...rest] = process.argv.slice(2);
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  decode: (files) => benchDecode(files),
  page: () => benchPage(),
  memory: (args) => runAlone('memory', args),
  fleet: (args) => benchFleet(args),
  cost: (args) => benchCost(args),
  curves: (args) => benchCurves(args),
};

exitOnSignal();
const run = COMMANDS[command ?? ''];
if (run === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await run(rest);
}
