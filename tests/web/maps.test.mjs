// The page of documents' causal maps in a real browser: accessibility rules (axe-core), keyboard,
// phone width, no overlaps, no script, print, no network. Run by `make test-web`.
//
//   MAPS=build/out/maps.html CHROMIUM=/usr/bin/chromium node --test tests/web/*.test.mjs
//
// Skips, and says so, where the page or the browser is missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageAt, violations } from './browser.mjs';

const { skip, url, open } = pageAt(process.env.MAPS ?? 'build/out/maps.html');

test('the page of maps is quiet: no error, no request but itself', { skip }, async () => {
  const { page, errors, requests, close } = await open();
  await page.waitForTimeout(300);
  assert.deepEqual(errors, []);
  assert.deepEqual(requests, [url]);
  await close();
});

const looks = {
  light: {},
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 } },
};
for (const [name, options] of Object.entries(looks))
  test(`accessibility rules hold on the maps, ${name}`, { skip }, async () => {
    const { page, close } = await open({ ...options, bypassCSP: true });
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
    assert.deepEqual(await violations(page), []);
    await close();
  });

for (const width of [320, 640, 1280])
  test(`no map sticks out or overlaps itself at ${width} pixels`, { skip }, async () => {
    const { page, close } = await open({ viewport: { width, height: 740 } });
    const size = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(size <= width, `the page is ${size} pixels wide`);
    const overlaps = await page.evaluate(() => {
      const found = [];
      for (const svg of document.querySelectorAll('.map-plot svg')) {
        const solid = [...svg.querySelectorAll('.box rect, .tag')].map((e) => e.getBoundingClientRect());
        solid.forEach((a, i) =>
          solid.slice(i + 1).forEach((b) => {
            if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
              found.push(`${svg.getAttribute('aria-label')} at ${a.left},${a.top}`);
          }),
        );
        for (const text of svg.querySelectorAll('.box text')) {
          const t = text.getBoundingClientRect();
          const b = text.parentElement.querySelector('rect').getBoundingClientRect();
          if (t.left < b.left || t.right > b.right) found.push(`text leaves its box: ${text.textContent}`);
        }
      }
      return found;
    });
    assert.deepEqual(overlaps, []);
    await close();
  });

/** The page with the arrows of its maps tied anew, between boxes of other sizes: seeded, the same each time. */
function tiedAnew(seed) {
  let state = seed;
  const draw = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  return (html) =>
    html.replace(/data-from="[^"]*" data-to="[^"]*"/g, () => {
      const from = draw(9);
      const to = (from + 1 + draw(8)) % 9;
      return `data-from="f${from}" data-to="f${to}"`;
    });
}

for (const width of [360, 900, 1280])
  for (const seed of [0, 1, 2, 3, 4, 5])
    test(`no arrow runs behind a box, ${seed ? `tied anew ${seed}` : 'as read'}, ${width} pixels`, { skip }, async () => {
      const { page, close } = await open({ viewport: { width, height: 740 }, ...(seed ? { changed: tiedAnew(seed) } : {}) });
      const { n, crossed } = await page.evaluate(() => {
        const crossed = [];
        let n = 0;
        for (const svg of document.querySelectorAll('.map-plot svg')) {
          const boxes = [...svg.querySelectorAll('.box')].map((g) => ({
            name: g.textContent,
            r: g.querySelector('rect').getBBox(),
          }));
          for (const line of svg.querySelectorAll('.arrow .line')) {
            n++;
            const length = line.getTotalLength();
            for (let at = 0; at <= length; at += 2) {
              const p = line.getPointAtLength(at);
              const hit = boxes.find(({ r }) => p.x > r.x + 1.5 && p.x < r.x + r.width - 1.5 && p.y > r.y + 1.5 && p.y < r.y + r.height - 1.5);
              if (hit) {
                crossed.push(`${line.parentElement.getAttribute('aria-label').slice(0, 40)} behind ${hit.name}`);
                break;
              }
            }
          }
        }
        return { n, crossed };
      });
      assert.ok(n > 0);
      assert.deepEqual(crossed, []);
      await close();
    });

test('every row is an arrow, and the keyboard goes from the arrow to its row', { skip }, async () => {
  const { page, close } = await open();
  const counts = await page.evaluate(() =>
    [...document.querySelectorAll('figure.map')].map((f) => [
      f.querySelectorAll('tr[data-from]').length,
      f.querySelectorAll('a.arrow').length,
    ]),
  );
  assert.ok(counts.length > 0);
  for (const [rows, arrows] of counts) assert.equal(arrows, rows);
  const arrow = page.locator('a.arrow').first();
  await arrow.focus();
  const words = await arrow.getAttribute('aria-label');
  assert.equal(await page.locator('.map-said').first().innerText(), words.replace(/\s+/g, ' '));
  await page.keyboard.press('Enter');
  const target = await page.evaluate(() => document.querySelector(':target')?.id);
  assert.equal(`#${target}`, await arrow.getAttribute('href'));
  await close();
});

test('signs are told without colour', { skip }, async () => {
  const { page, close } = await open();
  const kinds = await page.evaluate(() =>
    [...document.querySelectorAll('.map-plot .arrow')].map((a) => ({
      minus: a.classList.contains('minus'),
      double: a.querySelector('.core') !== null,
      text: a.querySelector('text').textContent,
    })),
  );
  assert.ok(kinds.length > 0);
  for (const { minus, double, text } of kinds) {
    assert.equal(double, minus);
    // "not −" denies a minus and claims none: a plain arrow with these words
    if (text.includes('not')) assert.equal(minus, false);
    else assert.equal(text.includes('\u2212'), minus);
  }
  await close();
});

test('without script the maps are tables with their sentences', { skip }, async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  assert.ok((await page.locator('figure.map tbody tr q').count()) > 0);
  await close();
});

test('the maps print', { skip }, async () => {
  const { page, close } = await open();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.map-said').first().isVisible(), false);
  assert.ok(await page.locator('.map-plot svg').first().isVisible());
  await close();
});
