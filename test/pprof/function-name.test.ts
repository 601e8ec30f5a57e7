import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { decodeProfile } from '../../src/pprof/decode.ts';
import { normaliseFunction, packageOf, shownFunction } from '../../src/pprof/function-name.ts';
import { fixtureProfile, fixtureProfiles } from '../support/fixture-profiles.ts';

describe('normaliseFunction', () => {
  it('spells type arguments alike for every Go version', () => {
    const names = [
      ['main.(*Store[...]).Put', 'main.(*Store[...]).Put'],
      ['main.(*Store[go.shape.string,go.shape.*uint8]).Put', 'main.(*Store[...]).Put'],
      ['main.Map[go.shape.[]uint8,go.shape.map[string][]int].func1', 'main.Map[...].func1'],
      ['main.keep[go.shape.struct { A int "json:\\"a]\\""; B [512]string }]', 'main.keep[...]'],
      ['main.A[go.shape.int].B[go.shape.func(int) string]', 'main.A[...].B[...]'],
      ['main.(*Store).Keep[go.shape.int].func1', 'main.(*Store).Keep[...].func1'],
      ['main.keep[go.shape.struct { A int', 'main.keep[...]'],
    ] as const;
    for (const [name, normal] of names) expect(normaliseFunction(name)).to.equal(normal);
  });

  it('takes the fields out of a struct without a name', () => {
    expect(normaliseFunction('go.(*struct { sync.Mutex; main.n [4]int }).Lock')).to.equal(
      'go.(*struct {...}).Lock',
    );
  });

  it('leaves closures, methods, wrappers and everything else as they are', () => {
    const names = [
      'main.main.func1.2',
      'a/b.(*C).d-fm',
      'x.F.gowrap1',
      'x.init.0',
      '<unknown>',
      '',
    ];
    for (const name of names) expect(normaliseFunction(name)).to.equal(name);
  });

  it('keeps both ends of a name that is too long, and two long names apart', () => {
    const long = (end: string): string => `example.com/${'x'.repeat(1000)}.${end}`;
    const normal = normaliseFunction(long('Put'));
    expect(normal).to.have.lengthOf.at.most(256);
    expect(normal).to.match(/^example\.com\/x+…x+\.Put$/);
    expect(normaliseFunction(long('Get'))).to.not.equal(normal);
  });

  it('changes nothing the second time, for every name recorded', () => {
    for (const name of allRecordedNames()) {
      const once = normaliseFunction(name);
      expect(normaliseFunction(once)).to.equal(once);
    }
  });

  it('gives one name to the same generic function of Go 1.19 and Go 1.26', () => {
    const names = (file: string): string[] => recordedNames(file).map(normaliseFunction);
    expect(names('go1.19/heap-after.pb.gz')).to.include('main.keep[...]');
    expect(names('go1.26/heap-after.pb.gz')).to.include('main.keep[...]');
  });
});

describe('a name of a hostile target', () => {
  // At a time that grows with the square of its length, each of these would take minutes.
  it('is read once, whatever is open in it', () => {
    const quotes = `main.parse[${'"\\'.repeat(400_000)}`;
    expect(normaliseFunction(quotes)).to.equal('main.parse[...]');
    const receivers = `${'.(*a)'.repeat(400_000)}]`;
    expect(shownFunction(receivers)).to.equal(`${'.'.repeat(400_000)}]`);
  });
});

describe('shownFunction', () => {
  it('is the name that pprof shows, which takes C++ out of Go', () => {
    const names = [
      ['main.keep[go.shape.func(int) string]', 'main.keep[go.shape.func string]'],
      ['main.(*Store[go.shape.func(int)]).Put', 'main.(*Store[go.shape.func(int)]).Put'],
      ['go.(*struct { main.Locks[main.T]; main.n [4]int }).Lock', 'go..Lock'],
      ['main.(*Store).Put.func1', 'main.(*Store).Put.func1'],
    ] as const;
    for (const [name, shown] of names) expect(shownFunction(name)).to.equal(shown);
  });

  it('keeps the receiver of a method that has type arguments of its own', () => {
    const names = [
      'example.com/shop/store.(*Store).Keep[go.shape.int32]',
      'main.(*Store).Keep[go.shape.func(int) string].func1',
      'main.(*Store[go.shape.string]).Keep[go.shape.[]uint8]',
      'main.Store.Keep[go.shape.int32]',
    ];
    for (const name of names) expect(shownFunction(name)).to.equal(name);
  });
});

describe('packageOf', () => {
  it('gives the import path, unescaped', () => {
    const packages = [
      ['example.com/shop/cart.(*Cart).Add', 'example.com/shop/cart'],
      ['example.com/shop/cart.(*Cart[example.com/shop/item.Item]).Add', 'example.com/shop/cart'],
      ['example.com/shop/cart.(*Cart).Map[example.com/a.B]', 'example.com/shop/cart'],
      ['example.com/shop.Map[example.com/a.B,c.D]', 'example.com/shop'],
      ['gopkg.in/yaml%2ev3.Unmarshal', 'gopkg.in/yaml.v3'],
      ['vendor/golang.org/x/net/http2/hpack.(*Encoder).x', 'vendor/golang.org/x/net/http2/hpack'],
      ['main.main.func1', 'main'],
      ['runtime.malg', 'runtime'],
      ['example.com/shop/v2.init.0', 'example.com/shop/v2'],
      ['go.(*struct { example.com/a.T }).Lock', 'go'],
    ] as const;
    for (const [name, path] of packages) expect(packageOf(name)).to.equal(path);
  });

  it('is empty for what is in no package', () => {
    for (const name of ['_rt0_amd64_linux', '<unknown>', '']) expect(packageOf(name)).to.equal('');
  });

  it('knows a package for every Go function recorded', () => {
    expect(allRecordedNames().filter((name) => packageOf(name) === '')).to.deep.equal([]);
  });
});

function recordedNames(file: string): string[] {
  const { locations } = decodeProfile(readFileSync(fixtureProfile(file)));
  return locations.flatMap(({ frames }) => frames.map((frame) => frame.function));
}

function allRecordedNames(): string[] {
  return fixtureProfiles('heap').flatMap(recordedNames);
}
