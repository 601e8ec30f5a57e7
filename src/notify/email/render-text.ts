import { formatBytes } from '../../config/units.ts';
import type { Fact, SuspectView } from './evidence.ts';
import type { EmailView } from './view.ts';

/** The mail for those who read plain text. */
export function renderText(view: EmailView): string {
  const sections = [
    view.headline,
    view.lead.join('\n'),
    facts(view.standing),
    view.suspects.slice(0, 1).map(suspectText).join(''),
    sourceText(view),
    view.labels === undefined ? '' : `Labels: ${view.labels}`,
    view.suspects.slice(1).map(alsoText).join('\n\n'),
    picturesText(view),
    adviceText(view),
    list(['WHY HEAPWARDEN SAYS SO', ...reasons(view), facts(view.numbers)]),
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

function reasons({ reason, newest }: EmailView): readonly string[] {
  return newest === undefined ? [reason] : [reason, newest];
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

function sourceText({ source }: EmailView): string {
  if (source === undefined) return '';
  const rows = source.lines.map(({ line, text, inuseBytes, isSuspect }) => {
    const held = inuseBytes > 0 ? formatBytes(inuseBytes) : '';
    return `${isSuspect ? '>' : ' '} ${String(line).padStart(5)} ${held.padStart(8)}  ${text}`.trimEnd();
  });
  const heading = rows.length === 0 ? [] : [`${source.title}, in use by line:`];
  const where = source.link === undefined ? [] : [`${source.link.label}: ${source.link.url}`];
  return list(['SOURCE', ...heading, ...rows, ...where]);
}

function suspectText(suspect: SuspectView): string {
  return evidenceText('SUSPECT', suspect);
}

function alsoText(suspect: SuspectView): string {
  return evidenceText('ALSO GROWING', suspect);
}

function evidenceText(heading: string, suspect: SuspectView): string {
  return list([
    heading,
    suspect.place === undefined ? suspect.function : `${suspect.function}  ${suspect.place}`,
    suspect.growth,
    ...(suspect.beside === undefined ? [] : [suspect.beside]),
    ...(suspect.stack.length === 0 ? [] : ['call path, innermost first:']),
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
