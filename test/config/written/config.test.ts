import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { Config } from '../../../src/config/config.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { Secret } from '../../../src/config/secret.ts';
import { writtenConfig } from '../../../src/config/written/config.ts';
import { writtenDuration, writtenSize } from '../../../src/config/written/values.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const GOOD = join(ROOT, 'fixtures/config/good');
const FILES = [
  join(ROOT, 'config/heapwarden.yaml'),
  ...readdirSync(GOOD).map((name) => join(GOOD, name)),
];
const ENV = {
  TOKEN: 's3cr3t',
  WORD: 'plenty',
  EMPTY: '',
  HOST: '10.0.0.7:6060',
  PROFILES: '48',
  MARKUP: 'x }\nweb: {',
  DOLLAR: '${HOST}',
};

const read = (text: string): Config => parseConfig(text, { file: '/etc/h/h.yaml', env: ENV });

/** What is no secret, and not who of an email and `global` said it. */
function plainOf(config: Config): unknown {
  return JSON.parse(
    JSON.stringify(config, (key, value: unknown) => (key === 'ownSmtpKeys' ? undefined : value)),
  );
}

/** With something that may stand for any secret, and no variables. */
function withSecrets(written: unknown): unknown {
  if (typeof written === 'string') return written.replaceAll('${', () => '$${');
  if (written instanceof Secret) return 'https://secret.example.com/x';
  if (Array.isArray(written)) return written.map(withSecrets);
  if (typeof written !== 'object' || written === null) return written;
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, withSecrets(value)]),
  );
}

describe('a configuration in the words of the file', () => {
  for (const file of FILES)
    it(`says what the file says, but for secrets: ${file.slice(ROOT.length + 1)}`, () => {
      const config = read(readFileSync(file, 'utf8'));
      const again = read(stringify(withSecrets(writtenConfig(config))));
      expect(plainOf(again)).to.deep.equal(plainOf(config));
    });

  it('says durations and sizes as people write them, to the last unit', () => {
    for (const [ms, words] of [
      [0, '0s'],
      [250, '250ms'],
      [90_000, '1m30s'],
      [604_800_000, '7d'],
      [3_600_500, '1h500ms'],
    ] as const)
      expect(writtenDuration(ms)).to.equal(words);
    for (const [bytes, words] of [
      [2 ** 31, '2GiB'],
      [1_536 * 2 ** 20, '1536MiB'],
      [5e8, '500MB'],
      [1_234_567, '1234567B'],
    ] as const)
      expect(writtenSize(bytes)).to.equal(words);
  });

  it('says a matcher so that it is read as the same', () => {
    const value = 'a\\.b|"c"';
    const text = `${readFileSync(join(GOOD, 'minimal.yaml'), 'utf8')}
accepted: [{ matchers: ['function =~ "a\\\\.b|\\"c\\""'], budget: 1MiB }]`;
    const config = read(text);
    expect(config.accepted?.[0]?.matchers[0]?.value).to.equal(value);
    const again = read(stringify(withSecrets(writtenConfig(config))));
    expect(again.accepted).to.deep.equal(config.accepted);
  });
});
