// The generated report in a real browser: accessibility rules (axe-core), keyboard alone, phone
// width, 200 % zoom, dark scheme, print, no script, no network. Slow, so it runs by
// `make test-web`, not with the unit tests.
//
//   REPORT=build/out/report.html CHROMIUM=/usr/bin/chromium node --test tests/web/*.test.mjs
//
// Skips, and says so, where the report or the browser is missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageAt, violations } from './browser.mjs';

const { skip, url, open } = pageAt(process.env.REPORT ?? 'build/out/report.html');

test('the page is quiet: no error, no request but itself', { skip }, async () => {
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
  'zoomed to 200 %': { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
};
for (const [name, options] of Object.entries(looks))
  test(`accessibility rules hold, ${name}`, { skip }, async () => {
    const { page, close } = await open({ ...options, bypassCSP: true });
    await page.evaluate(() => {
      // All parts, but of what is made alike the first ones alone, since contrast costs a millisecond and
      // more for each text: three charts of each kind, and of each table's rows the first and the last three.
      let made = 0;
      for (const d of document.querySelectorAll('details'))
        d.open = !d.closest('figure') || made++ === 0;
      const seen = new Map();
      for (const svg of document.querySelectorAll('svg')) {
        const kind = `${svg.parentElement.className} in ${svg.parentElement.parentElement.className}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        if (seen.get(kind) > 3) svg.replaceChildren();
      }
      for (const body of document.querySelectorAll('tbody'))
        for (const row of [...body.rows].slice(3, -3)) row.remove();
    });
    assert.deepEqual(await violations(page), []);
    await close();
  });

for (const width of [320, 360, 640, 1280])
  test(`nothing sticks out sideways at ${width} pixels`, { skip }, async () => {
    const { page, close } = await open({ viewport: { width, height: 740 } });
    const size = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(size <= width, `the page is ${size} pixels wide`);
    await close();
  });

test('on a desk the tables of human cost and the views fit, and every caption can be read', { skip }, async () => {
  const { page, close } = await open({ viewport: { width: 1300, height: 900 } });
  const cut = await page.evaluate(() => {
    const wide = (box) => box.scrollWidth > box.clientWidth;
    const costs = [...document.querySelectorAll('#human-cost .scroll, section:has(> #human-cost) .scroll')];
    const captions = [...document.querySelectorAll('.scroll caption')];
    return {
      n: costs.length,
      costs: costs.filter(wide).map((box) => box.getAttribute('aria-label')),
      captions: captions
        .filter((c) => c.getClientRects().length > 0)
        .filter((c) => c.getBoundingClientRect().right > c.closest('.scroll').getBoundingClientRect().right + 1)
        .map((c) => c.textContent),
    };
  });
  assert.ok(cut.n > 0);
  assert.deepEqual(cut.costs, []);
  assert.deepEqual(cut.captions, []);
  await close();
});

test('what is recorded is joined without gaps, and lies within the axis', { skip }, async () => {
  const { page, close } = await open();
  const wrong = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById('data').textContent);
    const first = data.dates[0];
    const last = data.dates[data.dates.length - 1];
    const out = [];
    let n = 0;
    for (const host of document.querySelectorAll('[data-chart=fan]')) {
      const picture = host.querySelector('svg');
      if (!picture) continue; // folded, drawn when it is opened
      n++;
      let lines = 0;
      let dots = 0;
      for (const s of data.observed.filter((one) => one.outcome === Number(host.dataset.outcome))) {
        const days = s.dates.map((d) => Date.parse(d) / 864e5);
        const gaps = days.slice(1).map((d, i) => d - days[i]).sort((a, b) => a - b);
        const usual = gaps[(gaps.length - 1) >> 2];
        const shown = days.filter((_, i) => s.dates[i] >= first && s.dates[i] <= last);
        dots += shown.length;
        lines += shown.filter((d, i) => i === 0 || !(d - shown[i - 1] <= 1.5 * usual)).length;
      }
      const drawn = [picture.querySelectorAll('.observed path').length, picture.querySelectorAll('.observed circle').length];
      if (drawn[0] !== lines || drawn[1] !== dots) out.push([host.dataset.outcome, drawn, lines, dots]);
    }
    return { n, out };
  });
  assert.ok(wrong.n > 0);
  assert.deepEqual(wrong.out, []);
  await close();
});

/** The page with the figures that `change` makes of its own. */
const withData = (change) => (html) =>
  html.replace(/(<script[^>]*id="data"[^>]*>)([\s\S]*?)(<\/script>)/, (_, open, json, close) => {
    const data = JSON.parse(json);
    change(data);
    return open + JSON.stringify(data).replace(/</g, '\\u003c') + close;
  });

/** Every number of the figures but shares, verdicts and counts, times `factor`. */
function scaled(factor) {
  const kept = new Set(['share_better', 'verdict', 'n', 'i_decide', 'format', 'direction', 'cell', 'outcome', 'regime_share']);
  const times = (x) =>
    typeof x === 'number' ? x * factor
    : Array.isArray(x) ? x.map(times)
    : x && typeof x === 'object'
      ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, kept.has(k) ? v : times(v)]))
    : x;
  return withData((data) => Object.assign(data, times(data)));
}

/** The same run, its points `days` apart, its first one on `first`. */
function dated(first, days) {
  return withData((data) => {
    const at = (i) => new Date(Date.parse(first) + i * days * 864e5).toISOString().slice(0, 10);
    data.dates = data.dates.map((_, i) => at(i));
    data.decide_on = data.dates[data.i_decide - 1];
    data.observed = [];
  });
}

const pages = {
  'as it is': undefined,
  'a millionth of a thousandth': scaled(1e-9),
  'a thousandth': scaled(1e-3),
  'ten thousand times': scaled(1e4),
  'a million times': scaled(1e6),
  'a million million times': scaled(1e12),
  'points a day apart': dated('2025-01-01', 1),
  'points a week apart': dated('2025-01-06', 7),
  'to the first of a year': dated('2024-01-01', 366 / 5),
  'points years apart': dated('2000-01-01', 365),
};
for (const [name, changed] of Object.entries(pages))
  for (const width of [340, 1280])
    test(`labels of axes are whole and apart, ${name}, ${width} pixels`, { skip }, async () => {
      const { page, close } = await open({ changed, viewport: { width, height: 900 } });
      const { n, wrong } = await page.evaluate(() => {
        document.querySelectorAll('details:not(figure details)').forEach((d) => (d.open = true));
        let n = 0;
        const wrong = [];
        for (const axis of document.querySelectorAll('.plot .axis')) {
          const frame = axis.ownerSVGElement.getBoundingClientRect();
          const labels = [...axis.querySelectorAll('text')].map((t) => ({ text: t.textContent, ...t.getBoundingClientRect().toJSON() }));
          n += labels.length;
          labels.forEach((a, i) => {
            if (a.left < frame.left - 0.5 || a.right > frame.right + 0.5) wrong.push(`cut: ${a.text}`);
            for (const b of labels.slice(i + 1)) {
              if (a.left < b.right + 2 && b.left < a.right + 2 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                wrong.push(`${a.text} and ${b.text} run together`);
              if (a.text === b.text) wrong.push(`${a.text} twice`);
            }
          });
        }
        return { n, wrong: wrong.slice(0, 8) };
      });
      assert.ok(n > 20, `${n} labels`);
      assert.deepEqual(wrong, []);
      await close();
    });

test('every chart says what it shows, and draws numbers only', { skip }, async () => {
  const { page, close } = await open();
  const charts = await page.evaluate(() =>
    [...document.querySelectorAll('.plot svg')].map((svg) => ({
      role: svg.getAttribute('role'),
      label: svg.getAttribute('aria-label') ?? '',
      bad: svg.outerHTML.includes('NaN') || svg.outerHTML.includes('undefined'),
      marks: svg.querySelectorAll('path').length,
    })),
  );
  assert.ok(charts.length > 3, `${charts.length} charts`);
  for (const chart of charts) {
    assert.equal(chart.role, 'img');
    assert.ok(chart.label.length > 40, chart.label);
    assert.ok(!chart.bad, chart.label);
    assert.ok(chart.marks > 0, chart.label);
  }
  const hosts = await page.evaluate(
    () => [...document.querySelectorAll('[data-chart]')].filter((e) => !e.firstChild).length,
  );
  assert.equal(hosts, 0, 'places for charts left empty');
  await close();
});

test('the keyboard alone gets everywhere', { skip }, async () => {
  const { page, close } = await open();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  const wanted = await page.evaluate(
    () => document.querySelectorAll('summary, .scroll, nav a').length,
  );
  await page.reload(); // the way through begins at the top again
  await page.waitForSelector('.has-charts');
  let begun = false;
  for (let i = 0; i < 2 * wanted + 400; i++) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(() => {
      const el = document.activeElement;
      if (el === document.body) return false;
      el.dataset.reached = '';
      // the tables of charts, opened, would only be more of the same to go through
      if (el.tagName === 'SUMMARY' && !el.parentElement.open && !el.closest('figure')) el.click();
      return true;
    });
    if (!inside && begun) break;
    begun ||= inside;
  }
  const left = await page.evaluate(() =>
    [...document.querySelectorAll('summary, nav a')]
      .filter((el) => !('reached' in el.dataset))
      .map((el) => el.textContent),
  );
  assert.deepEqual(left, [], 'what the keyboard did not reach');
  await close();
});

test('a table stands beside every chart', { skip }, async () => {
  const { page, close } = await open();
  const summary = page.locator('figure summary', { hasText: 'as a table' }).first();
  await summary.focus();
  await page.keyboard.press('Enter');
  const rows = page.locator('figure details[open] table').first().locator('tbody tr');
  await rows.first().waitFor();
  assert.ok((await rows.count()) > 1);
  await close();
});

test('without script the words and tables are whole', { skip }, async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  assert.ok(await page.locator('.without-charts').isVisible());
  assert.ok((await page.locator('#human-cost ~ .scroll table tbody tr').count()) > 1);
  assert.ok((await page.locator('.answer p.lead').innerText()).length > 100);
  await close();
});

test('it prints', { skip }, async () => {
  const { page, close } = await open();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('nav.contents').isVisible(), false);
  const pdf = await page.pdf({ format: 'A4' });
  assert.ok(pdf.length > 20000);
  await close();
});
