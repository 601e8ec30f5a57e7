import type { SourceConfig } from '../config.ts';
import { optionalBlock, block } from './block.ts';
import { required } from './rules.ts';
import { accept, quote, refuse, scalar } from './scalar.ts';
import { file } from './values.ts';

const EXAMPLE = 'https://github.com/example/shop/blob/{revision}/{file}#L{line}';
const VARIABLES = ['{file}', '{line}', '{revision}'];

/** Where the source of a target is, for alerts to show or to link it. */
export function sourceSchema(folder: string) {
  return optionalBlock(
    block({ root: file(folder).optional(), url_template: urlTemplate().optional() }, [
      required(['root', 'url_template'], 'the folder of the source, or url_template with a link'),
    ]).transform((source): SourceConfig => ({
      root: source.root,
      urlTemplate: source.url_template,
    })),
  );
}

function urlTemplate() {
  const words = { what: 'a template of links', write: `one such as ${EXAMPLE}` };
  return scalar(words, (text) => {
    const unknown = text.match(/\{[^{}]*\}/g)?.find((name) => !VARIABLES.includes(name));
    if (unknown !== undefined) {
      return refuse(
        'a variable that is not known',
        `one of ${VARIABLES.join(', ')}`,
        quote(unknown),
      );
    }
    if (!isLink(text))
      return refuse(`not ${words.what}`, words.write, 'no http:// or https:// URL');
    if (!text.includes('{file}')) return refuse('no {file} in it', words.write);
    return accept(text);
  });
}

/** A login in a link would be sent to everyone who is alerted. */
function isLink(text: string): boolean {
  if (!/^https?:\/\/[^\s{}/@]+\//.test(text) || /[\s"'<>]/.test(text)) return false;
  return URL.canParse(text);
}
