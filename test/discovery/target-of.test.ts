import { expect } from 'chai';
import type { Labels } from '../../src/discovery/relabel.ts';
import { targetOf } from '../../src/discovery/target-of.ts';
import { groupOf } from './group-of.ts';

const made = (found: Labels, keys = 'labels: { service: cart }') => {
  const outcome = targetOf(found, groupOf(keys));
  if (outcome.kind !== 'target') throw new Error(JSON.stringify(outcome));
  return outcome.target;
};

const problemOf = (found: Labels, keys = '') => {
  const outcome = targetOf(found, groupOf(keys));
  return outcome.kind === 'refused' ? outcome.problem : outcome.kind;
};

describe('targetOf', () => {
  it('is what the group and target_defaults say, at the address of the entry', () => {
    const target = made({ __address__: '10.0.0.7:6060', zone: 'b', __meta_x: 'y' });
    expect(target).to.deep.include({
      name: '10.0.0.7-6060',
      url: 'http://10.0.0.7:6060',
      labels: { env: 'prod', service: 'cart', zone: 'b' },
      memoryLimitBytes: undefined,
    });
    expect(target.capture.intervalMs).to.equal(20_000);
  });

  it('has the scheme, the prefix, the name and the limit that its labels tell', () => {
    const labels = {
      __address__: '[fd00::7]:6060',
      __scheme__: 'https',
      __path_prefix__: '/internal',
      __target__: 'cart-1',
      __memory_limit__: '2GiB',
    };
    expect(made(labels)).to.deep.include({
      name: 'cart-1',
      url: 'https://[fd00::7]:6060/internal',
      memoryLimitBytes: 2 ** 31,
    });
    expect(made({ __address__: '[fd00::7]:6060' }).name).to.equal('fd00--7-6060');
  });

  it('leaves to every alert the labels that it sets itself', () => {
    expect(made({ __address__: 'a:1', severity: 'page', target: '', kind: 'pod' }).labels) //
      .to.include({ exported_severity: 'page', exported_kind: 'pod' })
      .and.not.have.any.keys('severity', 'target', 'exported_target', 'kind');
  });

  it('is none where a rule drops it', () => {
    const keys =
      "relabel_configs: [{ action: keep, source_labels: [job], regex: 'go-.*' }, { source_labels: [job], regex: 'go-(.*)', target_label: service }]";
    expect(problemOf({ __address__: 'a:1', job: 'java' }, keys)).to.equal('dropped');
    expect(made({ __address__: 'a:1', job: 'go-cart' }, keys).labels['service']).to.equal('cart');
  });

  it('is refused where an entry makes no target, and it is said why', () => {
    expect(problemOf({ __address__: 'a b:1' })).to.contain('"a b:1": not an address');
    expect(problemOf({ __address__: '' })).to.contain('"": not an address');
    expect(problemOf({ __address__: 'a:99999' })).to.contain('"a:99999": url: ');
    expect(problemOf({ __address__: 'a:1', __scheme__: 'ftp' })).to.contain('__scheme__');
    expect(problemOf({ __address__: 'a:1', __target__: '../x' })).to.contain('name: not a name');
    expect(problemOf({ __address__: 'a:1', __memory_limit__: 'much' })).to.contain('memory_limit');
    expect(problemOf({ __address__: 'a:1', '0x': 'y' })).to.contain('not the name of a label');
    expect(problemOf({ __address__: 'a:1', x: 'y'.repeat(1_025) })).to.contain('more than');
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`l${i}`, 'x']));
    expect(problemOf({ __address__: 'a:1', ...many })).to.contain('more than 64 labels');
  });

  it('is refused at what is more than an address, and no login or token of it is told', () => {
    for (const address of [
      'https://example.com',
      'a:1/debug',
      'a\\b:1',
      'u:s3cr3t@a:1',
      `u:${'s3cr3t'.repeat(60)}@a:1`,
      'a:1?token=s3cr3t',
      'a#s3cr3t',
      'fd00::7',
    ]) {
      const problem = problemOf({ __address__: address });
      expect(problem).to.contain('not an address').and.not.contain('s3cr3t');
    }
  });

  it('takes a label without a value for none', () => {
    const labels = { __target__: '', __memory_limit__: '', __scheme__: '', zone: '' };
    const target = made({ __address__: 'a:1', ...labels }, 'labels: { zone: b }');
    expect(target).to.deep.include({ name: 'a-1', url: 'http://a:1' });
    expect(target.labels['zone']).to.equal('b');
  });
});
