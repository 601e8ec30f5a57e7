import { expect } from 'chai';
import { excerpt } from '../../src/memory/excerpt.ts';

describe('excerpt', () => {
  it('makes one bounded line of untrusted text, without control and direction characters', () => {
    expect(excerpt('a\r\n\tb\u001b[31mc\u0000\u202ed\u2028e')).to.equal('a b [31mc d e');
    expect(excerpt('x'.repeat(1e6), 10)).to.equal(`${'x'.repeat(10)}…`);
    expect(excerpt(' \n')).to.equal('');
  });
});
