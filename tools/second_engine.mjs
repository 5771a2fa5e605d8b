// Run a model's skeleton in SDEverywhere and compare with Détente, number by number.
//
// Usage: node tools/second_engine.mjs DETENTE MODEL.mdl MODULES
// MODULES: a node_modules folder with @sdeverywhere/compile 0.7.28 and @sdeverywhere/runtime 0.2.6.
// The compiler asks for an xlsx that npm's registry lacks: override it ("xlsx":
// "npm:@e965/xlsx@0.20.3") and let its helpers.js call XLSX.set_fs only where that exists; nothing
// here reads a spreadsheet. A tool for developers: no test asks for it. Prints variables, times and the largest difference relative to the larger of 1
// and the value; exit status 1 where it is above 1e-9.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [detente, modelPath, modules] = process.argv.slice(2)
if (!modules) {
  console.error('usage: node tools/second_engine.mjs DETENTE MODEL.mdl MODULES')
  process.exit(2)
}
const load = (file) => import(pathToFileURL(path.resolve(modules, '@sdeverywhere', file)).href)
const { preprocessVensimModel, parseAndGenerate, canonicalName } = await load('compile/src/index.js')
const { createSynchronousModelRunner } = await load('runtime/dist/index.js')

const lines = execFileSync(detente, ['simulate', modelPath, '-q'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  .trim().split('\n').map((line) => line.split(','))
const names = lines[0].slice(1)
const rows = lines.slice(1).map((row) => row.map(Number))

const raw = readFileSync(modelPath, 'utf8')
const pre = preprocessVensimModel(raw)
const input = typeof pre === 'string' ? pre : pre.defs.map((d) => d.def).join('\n\n')
const folder = mkdtempSync(path.join(tmpdir(), 'second-engine-'))
const code = await parseAndGenerate(input, 'vensim', { inputVarNames: [], outputVarNames: names },
  ['generateJS'], path.dirname(modelPath), 'model', folder)
const file = path.join(folder, 'generated.mjs')
writeFileSync(file, code)
const generated = await (await import(pathToFileURL(file).href)).default()
const runner = createSynchronousModelRunner(generated)
const outputs = runner.runModelSync([], runner.createOutputs())

let largest = 0, where = ''
names.forEach((name, i) => {
  const series = outputs.getSeriesForVar(canonicalName(name))
  if (!series) throw new Error(`no series for ${name}`)
  rows.forEach((row, t) => {
    const x = row[i + 1], y = series.points[t].y
    const d = Math.abs(x - y) / Math.max(1, Math.abs(x))
    if (!(d <= largest)) { largest = d; where = `${name} at ${row[0]}: ${x} and ${y}` }
  })
})
console.log(`${names.length} variables, ${rows.length} times, largest relative difference ${largest}${where && ` (${where})`}`)
process.exit(largest <= 1e-9 ? 0 : 1)
