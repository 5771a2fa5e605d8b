// Bundles src/report into one HTML template: script and style inline, named in the page's
// content security policy by their hashes. Reads and writes nothing else, takes no date and no
// path into the output, so the same sources and lock file give the same bytes.
//
//   node build.mjs [--check] [--out dist/report.html]
//
// --check runs the strict type check first.
// The template keeps three markers that the C side fills: DTN_TITLE, DTN_CONTENT, DTN_DATA.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const arg = process.argv.indexOf('--out');
const out = arg > 0 ? resolve(process.argv[arg + 1]) : join(here, 'dist/report.html');

if (process.argv.includes('--check'))
  execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--noEmit'], {
    cwd: here,
    stdio: 'inherit',
  });

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, entry)],
    absWorkingDir: here,
    bundle: true,
    write: false,
    minify: true,
    charset: 'utf8',
    format: 'iife',
    target: ['es2020', 'chrome100', 'firefox100', 'safari15'],
    legalComments: 'none',
    logLevel: 'warning',
    outdir: join(here, 'dist'),
  });
  // Inside <script> and <style> the text must not hold its own end tag.
  return result.outputFiles[0].text.trim().replace(/<\/(script|style)/gi, '<\\/$1');
}

const hash = (text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

const script = await bundle('src/report/main.ts');
const style = await bundle('src/report/report.css');
const page = readFileSync(join(here, 'src/report/template.html'), 'utf8')
  .replace('{{script-hash}}', () => hash(script))
  .replace('{{style-hash}}', () => hash(style))
  .replace('{{style}}', () => style)
  .replace('{{script}}', () => script);

mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, page);
