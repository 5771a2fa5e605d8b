// The page's numbers against the table that the program's are held to, and the marks of axes. No browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const source = new URL('../../web/src/format.ts', import.meta.url);
const { code } = await require('esbuild').transform(readFileSync(source, 'utf8'), { loader: 'ts', format: 'esm' });
const { change, tickFormat, value } = await import('data:text/javascript,' + encodeURIComponent(code));

test('numbers read as the program writes them', () => {
  const rows = readFileSync(new URL('numbers.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
  assert.ok(rows.length > 30);
  for (const [text, noise, , page, pageChange] of rows) {
    const v = { inf: Infinity, '-inf': -Infinity }[text] ?? Number(text);
    assert.equal(value(v, Number(noise)), page, text);
    assert.equal(change(v, Number(noise)), pageChange, text);
  }
  assert.equal(value(null), '–');
});

test('the marks of an axis are told apart and short, whatever their size', () => {
  for (let power = -12; power <= 18; power++)
    for (const step of [1, 2, 2.5, 5])
      for (const n of [2, 4, 8]) {
        const by = step * 10 ** power;
        const marks = Array.from({ length: n + 1 }, (_, i) => (i - 1) * by);
        const texts = marks.map(tickFormat(Math.max(...marks), by));
        assert.equal(new Set(texts).size, marks.length, texts.join(' '));
        assert.ok(texts.every((t) => t.length <= 14), texts.join(' '));
      }
  assert.deepEqual([0, 1e8, 4e8].map(tickFormat(4e8, 1e8)), ['0', '100\u00a0M', '400\u00a0M']);
  assert.deepEqual([0, 2000, 4000].map(tickFormat(4000, 2000)), ['0', '2,000', '4,000']);
  assert.deepEqual([0, 2e-6].map(tickFormat(8e-6, 2e-6)), ['0', '2\u00a0×\u00a010⁻⁶']);
});
