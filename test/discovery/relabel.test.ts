import { expect } from 'chai';
import type { RelabelRule } from '../../src/config/discovery-config.ts';
import { relabelled, type Labels } from '../../src/discovery/relabel.ts';

const rule = (parts: Partial<RelabelRule>): RelabelRule => ({
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: undefined,
  targetLabel: undefined,
  replacement: '$1',
  ...parts,
});

const laid = (labels: Labels, ...rules: readonly Partial<RelabelRule>[]) =>
  relabelled(labels, rules.map(rule));

/** As in Prometheus's documentation of relabel_config, and its tests of model/relabel. */
describe('relabelled', () => {
  it('replaces by what the whole value matches, and leaves what does not match', () => {
    const given = { a: 'foo', b: 'bar' };
    const by = { sourceLabels: ['a', 'b'], targetLabel: 'c' };
    expect(laid(given, { ...by, regex: 'f(.*);(.*)r', replacement: 'ch${1}-$2' })) //
      .to.deep.equal({ ...given, c: 'choo-ba' });
    expect(laid(given, { ...by, regex: 'f' })).to.deep.equal(given);
    expect(laid(given, { ...by, regex: '(?<one>f)(.*)', replacement: '${one}$$2$9' })) //
      .to.deep.equal({ ...given, c: 'f$2' });
    expect(laid(given, { ...by, targetLabel: 'in-valid' })).to.deep.equal(given);
  });

  it('takes away a label that is made empty', () => {
    expect(laid({ a: 'x', b: 'y' }, { targetLabel: 'a', replacement: '' })) //
      .to.deep.equal({ b: 'y' });
  });

  it('keeps and drops', () => {
    const given = { app: 'shop', port: '6060' };
    const of = { sourceLabels: ['app'] };
    expect(laid(given, { ...of, action: 'keep', regex: 'shop|pay' })).to.equal(given);
    expect(laid(given, { ...of, action: 'keep', regex: 'sho' })).to.equal(undefined);
    expect(laid(given, { ...of, action: 'drop', regex: 'shop' })).to.equal(undefined);
    expect(laid(given, { ...of, action: 'drop', regex: 'pay' }, { action: 'drop' })) //
      .to.equal(undefined);
    const port = { sourceLabels: ['port'], targetLabel: 'app' };
    expect(laid(given, { ...port, action: 'keepequal' })).to.equal(undefined);
    expect(laid(given, { ...port, action: 'dropequal' })).to.equal(given);
  });

  it('maps, drops and keeps labels by their names', () => {
    const given = { __meta_label_app: 'shop', job: 'go', __address__: 'a:1' };
    expect(laid(given, { action: 'labelmap', regex: '__meta_label_(.+)' })) //
      .to.deep.equal({ ...given, app: 'shop' });
    expect(laid(given, { action: 'labeldrop', regex: 'job' })) //
      .to.deep.equal({ __meta_label_app: 'shop', __address__: 'a:1' });
    expect(laid(given, { action: 'labelkeep', regex: '__address__' })) //
      .to.deep.equal({ __address__: 'a:1' });
  });

  it('changes the case', () => {
    const of = { sourceLabels: ['a'], targetLabel: 'b' };
    expect(laid({ a: 'Shop' }, { ...of, action: 'lowercase' })?.['b']).to.equal('shop');
    expect(laid({ a: 'Shop' }, { ...of, action: 'uppercase' })?.['b']).to.equal('SHOP');
  });

  it('divides by the hash that Prometheus divides by', () => {
    const by = { sourceLabels: ['c'], targetLabel: 'd', action: 'hashmod' as const, modulus: 1000 };
    expect(laid({ a: 'foo', b: 'bar', c: 'baz' }, by)?.['d']).to.equal('976');
    expect(laid({ a: 'foo\nbar' }, { ...by, sourceLabels: ['a'] })?.['d']).to.equal('734');
  });

  it('reads expressions as Prometheus does, in a time that no value makes long', () => {
    const of = { sourceLabels: ['a'], targetLabel: 'b' };
    expect(laid({ a: 'GO' }, { ...of, regex: '(?i)(?P<what>go)', replacement: '${what}' })) //
      .to.deep.equal({ a: 'GO', b: 'GO' });
    expect(laid({ a: 'x\ny' }, { ...of, action: 'keep', regex: 'x.y' })).to.have.keys('a');
    // An expression that goes back over what it took would not come to an end of this.
    const long = { a: 'a'.repeat(1_024) };
    expect(laid(long, { ...of, action: 'keep', regex: '(a+)+b' })).to.equal(undefined);
  });

  it('finds no label that only every object has', () => {
    const of = { sourceLabels: ['constructor', '__proto__'], separator: '', targetLabel: 'b' };
    expect(laid({ a: 'x' }, { ...of, replacement: '<$1>' })).to.deep.equal({ a: 'x', b: '<>' });
    expect(laid({ a: 'x' }, { action: 'keepequal', sourceLabels: ['c'], targetLabel: 'toString' })) //
      .to.deep.equal({ a: 'x' });
    const own = laid(
      { constructor: 'x' },
      { sourceLabels: ['constructor'], targetLabel: '__proto__' },
    );
    expect(Object.entries(own ?? {})).to.deep.equal([
      ['constructor', 'x'],
      ['__proto__', 'x'],
    ]);
  });
});
