import type { SuspectView } from './evidence.ts';
import type { EmailView } from './view.ts';

/** The mail for those who read plain text. */
export function renderText(view: EmailView): string {
  const sections = [
    view.headline,
    view.lead.join('\n'),
    list(view.facts.map(({ label, value }) => `${`${label}:`.padEnd(14)}${value}`)),
    view.suspects.map(suspectText).join('\n\n'),
    `WHY HEAPWARDEN SAYS SO\n${view.reason}`,
    view.advice === undefined ? '' : `WHERE TO LOOK FIRST\n${view.advice}`,
    targetsText(view),
    profilesText(view),
    list(view.links.map(({ label, url }) => `${label}: ${url}`)),
    `-- \n${view.footer}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function suspectText(suspect: SuspectView, i: number): string {
  return list([
    i === 0 ? 'SUSPECT' : 'ALSO GROWING',
    `${suspect.function}  ${suspect.place}`,
    suspect.growth,
    ...(suspect.allocator === undefined ? [] : [`allocated by ${suspect.allocator}`]),
    'call path, innermost first:',
    ...suspect.stack.map((name) => `  ${name}`),
  ]);
}

function targetsText({ targets }: EmailView): string {
  if (targets.length === 0) return '';
  const rows = targets.map((each) => `${each.label}: ${each.standing}`);
  return list(['TARGETS', ...rows]);
}

function profilesText({ profiles }: EmailView): string {
  if (profiles === undefined) return '';
  const links = profiles.links.map(({ label, url }) => `${label}: ${url}`);
  return list(['PROFILES', profiles.note, `  ${profiles.command}`, ...links]);
}

function list(lines: readonly string[]): string {
  return lines.join('\n');
}
