import type { ErrorCode } from 'yaml';

export const UNCLOSED_QUOTE = 'a quote that is never closed; close it';

/**
 * What to say of a mistake in the YAML itself. Our own words, because the parser's quote the file, and
 * what they quote may be half of a password.
 */
const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias with an anchor or a tag; write the *alias alone',
  BAD_ALIAS: 'not the name of an anchor or alias; write a word after & or *',
  BAD_COLLECTION_TYPE: 'a tag that does not fit its value; remove the !tag',
  BAD_DIRECTIVE: 'an unknown directive; remove the line that starts with %',
  BAD_DQ_ESCAPE:
    'unknown escape in double quotes; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT:
    'wrong indentation, or a bracket that is not closed; line it up with its neighbours, or close it',
  BAD_PROP_ORDER: 'an anchor or tag before its - or ?; write it after',
  BAD_SCALAR_START: 'a value that starts with @ or `; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second key on one line, or a line below that is indented too deep; line it up, or quote the value',
  BLOCK_IN_FLOW: 'an indented block inside [ ] or { }; write the whole value in brackets',
  DUPLICATE_KEY: 'a key given twice; keep one',
  IMPOSSIBLE: 'not readable as YAML here; rewrite this line',
  KEY_OVER_1024_CHARS: 'a key longer than 1024 characters; write a shorter one',
  MISSING_CHAR:
    'a colon, a comma or a space is missing, or the line is not indented as its neighbours; write it, or line it up',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines, or a line without a colon; write KEY: VALUE',
  MULTIPLE_ANCHORS: 'two anchors on one value; keep one',
  MULTIPLE_DOCS: 'a second document after ---; keep one document in the file',
  MULTIPLE_TAGS: 'two tags on one value; remove them',
  NON_STRING_KEY: 'a key that is no text; write a word',
  RESOURCE_EXHAUSTION: 'nested too deeply; write it flatter',
  TAB_AS_INDENT: 'a tab as indentation; write spaces',
  TAG_RESOLVE_FAILED: 'a tag, which has no meaning here; remove the !tag',
  UNEXPECTED_TOKEN: 'something that does not belong here; remove it, or put the value in quotes',
};

export function syntaxMessage(code: ErrorCode): string {
  return MESSAGES[code];
}
