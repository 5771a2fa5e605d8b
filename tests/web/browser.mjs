// A generated page in a real browser, for the tests of this folder.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../web/package.json', import.meta.url));

/** The page `path` and how to open it; `skip` says what is missing, or is false. */
export function pageAt(path) {
  const file = resolve(path);
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const missing = [file, executablePath].filter((one) => !existsSync(one));
  const skip = missing.length > 0 ? `missing: ${missing.join(', ')}` : false;
  const url = pathToFileURL(file).href;
  let browser;

  before(async () => {
    if (skip) return;
    const { chromium } = require('playwright-core');
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });
  after(() => browser?.close());

  /** The page, with what went wrong on it and what it asked for. `changed` makes another page of its text first. */
  async function open({ changed, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(180_000); // a hang is found, a busy machine is not one
    const errors = [];
    const requests = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    const folder = changed ? mkdtempSync(join(tmpdir(), 'dtn-page-')) : null;
    const other = folder && join(folder, 'page.html');
    if (other) writeFileSync(other, changed(readFileSync(file, 'utf8')));
    await page.goto(other ? pathToFileURL(other).href : url);
    if (folder) rmSync(folder, { recursive: true });
    if (options.javaScriptEnabled !== false) await page.waitForSelector('.has-charts');
    return { page, errors, requests, close: () => context.close() };
  }
  return { skip, url, open };
}

/** What axe-core finds on a page that was opened with `bypassCSP`: axe is run by the test, outside
 * the page's content security policy. */
export async function violations(page) {
  await page.addScriptTag({ content: readFileSync(require.resolve('axe-core'), 'utf8') });
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.violations.map(
    (v) => `${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].html.slice(0, 200)}`,
  );
}
