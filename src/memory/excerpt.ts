/**
 * The start of untrusted text, fit for one line of a message: control characters and runs of white
 * space become one space, and what is longer than `maxLength` is cut.
 */
export function excerpt(text: string, maxLength = 80): string {
  const start = text
    .slice(0, maxLength * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return start.length > maxLength ? `${start.slice(0, maxLength)}…` : start;
}

/** What a page looks like, for saying what was seen instead of the right one. */
export function describePage(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'an empty page';
  if (/^<(!doctype|html|head|body)/i.test(start)) return `HTML ("${excerpt(start, 60)}")`;
  return `"${excerpt(start, 60)}"`;
}
