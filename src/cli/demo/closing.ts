import { formatBytes, formatDuration } from '../../config/units.ts';
import { HEALTHY, LEAKING_FUNCTION } from './services.ts';
import type { Told, TruthSample } from './watch.ts';

const WIDTH = 96;

/** The alert as it arrived, then what it named beside what is known to leak. */
export function alertLines(told: Told): string[] {
  const { mail, alert, afterMs } = told;
  const suspect = alert.leak.suspects[0];
  if (suspect === undefined) return [];
  const really = leakBytesPerHour(told.truth);
  return [
    '',
    `The alert, as it arrived by mail after ${formatDuration(afterMs)}:`,
    '',
    ...[`Subject: ${mail.subject}`, '', ...wrap(mail.text.trim(), WIDTH - 4)].map((line) =>
      `  | ${line}`.trimEnd(),
    ),
    '',
    `The webhook got the same: ${labels(alert.labels)}`,
    '',
    `  named      ${suspect.function}`,
    `  at         ${suspect.file}:${suspect.line}`,
    `  known      ${LEAKING_FUNCTION} is where it leaks: right`,
    `  rate told  ${formatBytes(suspect.growthBytesPerHour)} an hour`,
    really === undefined
      ? '  really     not known: the service did not tell'
      : `  really     ${formatBytes(really)} an hour, as the service counts its own leak`,
  ];
}

/** Why nothing was said of the other service, in the daemon's own words. */
export function silenceLines({ healthy }: Pick<Told, 'healthy'>): string[] {
  return [
    '',
    `The second service, ${HEALTHY.name}, ${HEALTHY.about}.`,
    ...wrap(`Nothing was said of it: ${healthy.state}, ${healthy.reason}`, WIDTH),
  ];
}

/** How fast the leak really ran, from its first bytes to the last look; `undefined` where too little was told. */
export function leakBytesPerHour(samples: readonly TruthSample[]): number | undefined {
  const leaking = samples.filter(({ leakedBytes }) => leakedBytes > 0);
  const [first, last] = [leaking[0], leaking.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return undefined;
  return ((last.leakedBytes - first.leakedBytes) / (last.at - first.at)) * 3_600_000;
}

function labels(all: Readonly<Record<string, string>>): string {
  return ['alertname', 'target', 'severity', 'function']
    .map((name) => `${name}=${all[name] ?? '?'}`)
    .join(' ');
}

/** Breaks long lines between words; what is one word, and what begins a line, stays as it is. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const rows: string[] = [];
    let row = indent;
    for (const word of line.trim().split(' ')) {
      const longer = row.trim() === '' ? row + word : `${row} ${word}`;
      const fits = longer.length <= width || row.trim() === '';
      if (!fits) rows.push(row);
      row = fits ? longer : `${indent}${word}`;
    }
    return [...rows, row];
  });
}
