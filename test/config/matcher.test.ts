import { expect } from 'chai';
import { anchored, parseMatcher } from '../../src/config/matcher.ts';

describe('a matcher', () => {
  it('is a label, an operator and a value, with or without spaces and quotes', () => {
    const written = [
      'team=a',
      ' team != a b ',
      'team =~ "a|b"',
      'team!~"a\\"\\\\\\n\\d"',
      'a = ""',
    ];
    expect(written.map(parseMatcher)).to.deep.equal([
      { label: 'team', operator: '=', value: 'a' },
      { label: 'team', operator: '!=', value: 'a b' },
      { label: 'team', operator: '=~', value: 'a|b' },
      { label: 'team', operator: '!~', value: 'a"\\\n\\d' },
      { label: 'a', operator: '=', value: '' },
    ]);
  });

  it('is refused where a part is missing, misplaced or no regular expression', () => {
    const written = [
      '',
      'team',
      '= a',
      'team == a',
      'team = "a" b',
      'team =',
      'team =~ (',
      'a =~ b)|(c',
    ];
    for (const text of written) expect(parseMatcher(text)).to.have.property('wrong');
  });

  it('fits a whole value where it is a regular expression, line breaks included', () => {
    expect(['payments', 'payment', 'a\nb'].map((value) => anchored('payment|a.b').test(value)))
      .to.deep //
      .equal([false, true, true]);
  });
});
