/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly col: number;
}

/** Something wrong, or worth a warning, at one place of the file. */
export interface Problem {
  readonly at: Position;
  /** The way to the value, `targets[0].capture.interval`; empty for the file as a whole. */
  readonly where: string;
  /** What is wrong, what was seen; what to write. */
  readonly message: string;
}

/** `wrong, seen …; write …`, the form every message has. */
export function explain(wrong: string, seen: string, write: string): string {
  return `${wrong}, seen ${seen}; write ${write}`;
}

/**
 * One line a problem, `FILE:LINE:COL where: message`, in the order of the file. A value that several
 * targets inherit is wrong once, so one place of one setting is told once.
 */
export function formatProblems(file: string, problems: readonly Problem[]): readonly string[] {
  const once = new Map<string, Problem>();
  for (const problem of problems) {
    const place = `${problem.at.line}:${problem.at.col} ${problem.where === '' ? 'file' : problem.where}`;
    if (!once.has(place)) once.set(place, problem);
  }
  return [...once]
    .toSorted(([, a], [, b]) => a.at.line - b.at.line || a.at.col - b.at.col)
    .map(([place, { message }]) => `${file}:${place}: ${message}`);
}
