import { formatBytes } from '../config/units.ts';
import type { GrowthRules } from '../growth/alarm.ts';
import { createHistory, foldProfile } from '../growth/history.ts';
import { judge } from '../growth/judge.ts';
import type { Suspect, Verdict } from '../growth/verdict.ts';
import { rate, rateInterval } from '../notify/words.ts';
import { decodeProfile } from '../pprof/decode.ts';
import { ProfileError, type Profile } from '../pprof/profile.ts';
import { requireHeapSnapshot } from '../pprof/validate.ts';
import { CommandError, printable, readBytes } from './profile-file.ts';

export interface AnalyzeOptions extends GrowthRules {
  readonly json: boolean;
}

/** 3: a suspect or a leak was found, after whichever file; 1: a file cannot be used. */
export interface AnalyzeResult {
  readonly exitCode: 0 | 1 | 3;
  readonly output: string;
}

/**
 * The verdict after the last file, and the positions of the files at which an alarm first stood:
 * a leak was a suspect too. A restart ends the alarm of a verdict, but not what was found.
 */
interface Analysis {
  readonly verdict: Verdict;
  readonly firstSuspect: number | null;
  readonly firstLeak: number | null;
}

/** Profiles that do not tell their time are taken to be a minute apart. */
const ASSUMED_INTERVAL_MS = 60_000;

/** Plays saved profiles, in the order given, through the detector of the daemon. */
export async function runAnalyze(
  files: readonly string[],
  options: AnalyzeOptions,
): Promise<AnalyzeResult> {
  try {
    const analysis = await analyze(files, options);
    const output = options.json ? asJson(analysis) : asText(analysis, files);
    return { exitCode: analysis.firstSuspect === null ? 0 : 3, output };
  } catch (error) {
    if (error instanceof CommandError) return { exitCode: 1, output: error.message };
    throw error;
  }
}

async function analyze(files: readonly string[], rules: GrowthRules): Promise<Analysis> {
  const history = createHistory();
  let verdict = judge(history, rules);
  let firstSuspect: number | null = null;
  let firstLeak: number | null = null;
  for (const [position, file] of files.entries()) {
    const profile = await readSnapshot(file);
    const at = profile.timeMs > 0 ? profile.timeMs : position * ASSUMED_INTERVAL_MS;
    foldProfile(history, profile, { at });
    verdict = judge(history, rules);
    if (verdict.state === 'leak') firstLeak ??= position;
    if (verdict.state === 'leak' || verdict.state === 'suspect') firstSuspect ??= position;
  }
  return { verdict, firstSuspect, firstLeak };
}

async function readSnapshot(file: string): Promise<Profile> {
  const bytes = await readBytes(file);
  try {
    const profile = decodeProfile(bytes);
    requireHeapSnapshot(profile);
    return profile;
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw new CommandError(`${printable(file)}: ${printable(error.message)}`);
  }
}

function asJson({ verdict, firstSuspect, firstLeak }: Analysis): string {
  const { state, reason, profiles, fresh, epochs, suspects, tests } = verdict;
  return JSON.stringify(
    { state, reason, profiles, fresh, epochs, firstSuspect, firstLeak, suspects, tests },
    undefined,
    2,
  );
}

function asText({ verdict, firstSuspect, firstLeak }: Analysis, files: readonly string[]): string {
  const { state, reason, profiles, fresh, epochs, suspects } = verdict;
  const first = (word: string, position: number | null) =>
    position === null
      ? []
      : [`first ${word} at file ${position + 1}, ${printable(files[position] ?? '')}`];
  return [
    `${state}: ${reason}`,
    `${profiles} profiles, ${fresh} fresh, of ${epochs} ${epochs === 1 ? 'process' : 'processes'}`,
    ...first('a suspect', firstSuspect),
    ...first('a leak', firstLeak),
    ...suspects.flatMap(describe),
  ].join('\n');
}

function describe(suspect: Suspect): readonly string[] {
  const { growthBytes, inuseBytes, share, survival, z, allocator } = suspect;
  return [
    '',
    `${printable(suspect.function)}  ${printable(suspect.file)}:${suspect.line}`,
    `  grew ${formatBytes(growthBytes)} at ${rate(suspect)} (${rateInterval(suspect)}), ${formatBytes(inuseBytes)} in use`,
    `  ${Math.round(share * 100)}% of all growth is laid at it, ${Math.round(survival * 100)}% of what it allocated is still in use, z ${z.toFixed(1)}`,
    `  allocated in ${printable(allocator.function)}  ${printable(allocator.file)}:${allocator.line}`,
    '  call path, innermost first:',
    ...suspect.stack.map((name) => `    ${printable(name)}`),
  ];
}
