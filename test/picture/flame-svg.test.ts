import { expect } from 'chai';
import { layoutFlames } from '../../src/picture/flame-layout.ts';
import { flameSvg } from '../../src/picture/flame-svg.ts';
import { flameTree } from '../../src/picture/flame-tree.ts';
import { PALETTES } from '../../src/picture/theme.ts';
import { drawProfile } from '../web/profiles.ts';

const style = {
  type: 'inuse_space',
  theme: 'light',
  inverted: false,
  compared: true,
  search: '',
} as const;

describe('flameSvg', () => {
  it('colours growth red, shrinkage blue, and says both in words', () => {
    const svg = flameSvg(picture('main;a 3072\nmain;b 0', 'main;a 0\nmain;b 1024'), style);
    expect(svg).to.contain('<title>a: 0B to 3KiB (+3KiB)</title><rect class="grown step6"');
    expect(svg).to.contain('<title>b: 1KiB to 0B (-1KiB, -100%)</title><rect class="shrunk step2"');
  });

  it('writes the package and the method, not the path, and only where there is room', () => {
    const name = 'example.com/shop/internal/session.(*Store).Create';
    const svg = flameSvg(picture(`${name} 999\nexample.com/x.y 1`, 'z 0'), style);
    expect(svg).to.contain('>session.(*Store).Create</text>');
    expect(svg).to.contain('<title>example.com/x.y:').and.not.contain('>x.y</text>');
  });

  it('lets nothing that a profile says become markup, and stays well-formed XML', () => {
    const svg = flameSvg(picture(`<script>alert("1")</script>&'\u0000\u202e\ud800 5`, 'z 0'), {
      ...style,
      heading: { title: '</title><script>', subtitle: '"><b>' },
      link: () => '"><script>',
    });
    expect(svg).to.not.match(/<script|<b>/);
    expect(svg).to.contain('&lt;script&gt;');
    expect(svg).to.not.match(/[^\P{Cc}\n]|\p{Cf}|\p{Cs}/u);
  });

  it('marks what is searched for, in whatever case', () => {
    const svg = flameSvg(picture('main;cache.Put 5', 'z 0'), { ...style, search: 'CACHE' });
    expect(svg.match(/class="frame hit"/g)).to.have.length(1);
  });

  it('has its root at the bottom, and on top where it is inverted', () => {
    const layout = picture('main;a 5', 'z 0');
    const y = (svg: string, name: string) =>
      Number(new RegExp(`<title>${name}: [^<]*</title><rect[^>]* y="(\\d+)"`).exec(svg)?.[1]);
    const up = flameSvg(layout, style);
    const down = flameSvg(layout, { ...style, inverted: true });
    expect(y(up, 'all')).to.be.above(y(up, 'a'));
    expect(y(down, 'all')).to.be.below(y(down, 'a'));
  });

  it('has colours on which text can be read (WCAG AA, 4.5 to 1)', () => {
    for (const { text, faint, ground, same, grown, shrunk } of Object.values(PALETTES)) {
      for (const fill of [ground, same, ...grown, ...shrunk]) {
        expect(contrast(text, fill), `${text} on ${fill}`).to.be.at.least(4.5);
      }
      expect(contrast(faint, ground)).to.be.at.least(4.5);
    }
  });
});

function picture(after: string, before: string) {
  const tree = flameTree({
    before: drawProfile(before),
    after: drawProfile(after),
    type: 'inuse_space',
    inverted: false,
  });
  return layoutFlames(tree, { zoom: '', minWidth: 0, maxFrames: 1_000 });
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
