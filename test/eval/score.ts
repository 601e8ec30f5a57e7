import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { judge } from '../../src/growth/judge.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { FIXTURES, MANIFEST, manifest } from './record-plan.ts';
import type { PlannedSeries } from './record-plan.ts';
import { openSeries } from './series.ts';
import { formatTable, scoreOf } from './table.ts';
import type { Level, Outcome, Said } from './table.ts';

/** The defaults of a configuration file. */
const RULES = {
  minProfiles: 24,
  confirmProfiles: 240,
  minGrowthBytes: 4 * 2 ** 20,
  ownPackages: [],
};
/** The literal rule that people write first: memory in use rose so many profiles in a row. */
const RISES_IN_A_ROW = 5;

/** Plays one recorded series through the detector of the daemon, and through the literal rule beside it. */
async function play({ file }: PlannedSeries): Promise<Outcome> {
  const { meta, polls } = await openSeries(join(FIXTURES, file));
  const history = createHistory();
  const rising = risesInARow(RISES_IN_A_ROW);
  const said: { -readonly [level in Level]: Said | undefined } = {
    suspect: undefined,
    leak: undefined,
    'rose 5 in a row': undefined,
  };
  let [onset, played] = [-1, 0];
  for await (const poll of polls) {
    played += 1;
    if (onset < 0) onset = poll.onset;
    const { inuseBytes } = foldProfile(history, decodeProfile(poll.profile), { at: poll.at });
    const { state, suspects } = judge(history, RULES);
    const named = suspects.map((each) => each.function);
    const now = { poll: poll.poll, leakedBytes: poll.leakedBytes, named };
    if (state === 'suspect' || state === 'leak') said.suspect ??= now;
    if (state === 'leak') said.leak ??= now;
    if (rising(inuseBytes)) said['rose 5 in a row'] ??= { ...now, named: [] };
  }
  return { meta, onset, polls: played, said };
}

/** Whether memory in use now rose so many times running; an equal reading changes nothing. */
function risesInARow(wanted: number): (bytes: number) => boolean {
  let [before, count] = [0, 0];
  return (bytes) => {
    if (bytes !== before) count = bytes > before ? count + 1 : 0;
    before = bytes;
    return count >= wanted;
  };
}

const { values } = parseArgs({ options: { split: { type: 'string', default: 'test' } } });
const { series } = manifest.parse(JSON.parse(await readFile(MANIFEST, 'utf8')));
const chosen = series.filter(({ split, committed }) => committed && split === values.split);
const outcomes: Outcome[] = [];
for (const [index, planned] of chosen.entries()) {
  process.stderr.write(`\r${index + 1} of ${chosen.length} series: ${planned.file.padEnd(50)}`);
  outcomes.push(await play(planned));
}
process.stderr.write('\n');
process.stdout.write(formatTable(values.split, scoreOf(outcomes)));
