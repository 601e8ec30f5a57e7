import type { Fact, SuspectView } from './evidence.ts';
import type { EmailView } from './view.ts';

/** The mail for those who read plain text. */
export function renderText(view: EmailView): string {
  const sections = [
    view.headline,
    view.lead.join('\n'),
    facts(view.standing),
    view.suspects.map(suspectText).join('\n\n'),
    picturesText(view),
    adviceText(view),
    `WHY HEAPWARDEN SAYS SO\n${view.reason}\n${facts(view.numbers)}`,
    targetsText(view),
    profilesText(view),
    list(view.links.map(({ label, url }) => `${label}: ${url}`)),
    `-- \n${view.footer}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function facts(all: readonly Fact[]): string {
  return list(all.map(({ label, value }) => `${`${label}:`.padEnd(14)}${value}`));
}

function picturesText({ pictures }: EmailView): string {
  if (pictures.length === 0) return '';
  const rows = pictures.map(({ title, alt, spark = '' }) =>
    list([`${title}:`, ...(spark === '' ? [] : [`  ${spark}`]), `  ${alt}`]),
  );
  return list(['WHAT IT LOOKS LIKE', ...rows]);
}

function adviceText({ advice }: EmailView): string {
  if (advice === undefined) return '';
  return list([`WHAT GROWS: ${advice.kind.toUpperCase()}`, advice.firstLook]);
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
