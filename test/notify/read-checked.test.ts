import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '../../src/config/config-error.ts';
import { readChecked } from '../../src/notify/read-checked.ts';

const EXAMPLE = join(import.meta.dirname, '../../../config/heapwarden.yaml');

describe('readChecked', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-template-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function problemOf(line: string): Promise<string | undefined> {
    const file = join(folder, 'heapwarden.yaml');
    const yaml = [
      'targets: [{ name: shop, url: http://10.0.0.7:6060 }]',
      'route: { receiver: oncall }',
      'receivers:',
      '  - name: oncall',
      '    webhook_configs:',
      '      - url: https://hooks.example.com/leaks',
      `        ${line}`,
    ];
    await writeFile(file, yaml.join('\n'));
    return readChecked(file, {}).then(
      () => undefined,
      (error: unknown) =>
        error instanceof ConfigError ? error.message : `not ours: ${String(error)}`,
    );
  }

  it('takes the example', async () => {
    expect((await readChecked(EXAMPLE, {})).config.receivers).to.have.length(3);
  });

  it('says where a template stands that makes no JSON', async () => {
    const problem = await problemOf("template: 'summary: {{ status }}'");
    expect(problem).to.contain(':7:19 receivers[0].webhook_configs[0].template: ');
    expect(problem).to.contain('does not make JSON').and.contain('{{ status | json }}');
  });

  it('says it beside the other mistakes of the file, all at once', async () => {
    const problem = await problemOf("template: '{% if %}'\n        sent_resolved: true");
    expect(problem)
      .to.contain('webhook_configs[0].template: not a Liquid')
      .and.contain('webhook_configs[0].sent_resolved: unknown key');
    expect(await problemOf("template: ''"))
      .to.contain('empty')
      .and.not.contain('does not make');
  });

  it('says the same of a template in a file, once the file is there', async () => {
    expect(await problemOf('template_file: body.liquid')).to.equal(undefined);
    await writeFile(join(folder, 'body.liquid'), '{% if %}');
    expect(await problemOf('template_file: body.liquid')).to.contain('template_file: not a Liquid');
  });
});
