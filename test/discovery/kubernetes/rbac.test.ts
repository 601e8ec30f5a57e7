import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';

describe('config/kubernetes/rbac.yaml', () => {
  it('lets one account list and watch pods, and nothing else', () => {
    const path = join(import.meta.dirname, '../../../../config/kubernetes/rbac.yaml');
    const documents = parseAllDocuments(readFileSync(path, 'utf8'));
    const [account, role, binding, ...others] = documents.map(
      (each): unknown => each.toJS() as unknown,
    );
    expect(others).to.deep.equal([]);
    expect(role).to.have.deep.property('rules', [
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    ]);
    expect(role).to.have.nested.property('metadata.namespace', 'shop');
    expect(binding).to.have.nested.property('metadata.namespace', 'shop');
    expect(binding).to.have.nested.property('roleRef.name', 'heapwarden');
    expect(account).to.deep.include({
      kind: 'ServiceAccount',
      metadata: { name: 'heapwarden', namespace: 'monitoring' },
    });
    expect(binding).to.have.deep.property('subjects', [
      { kind: 'ServiceAccount', name: 'heapwarden', namespace: 'monitoring' },
    ]);
  });
});
