// Rows of marks with intervals against a zero line. A row holds one mark or several (the answers
// of a hypothesis). What a mark says is said by its shape, its place and the words beside it;
// colour only repeats it.
import { scaleLinear } from 'd3-scale';
import { picture, svg } from '../dom';
import { bottomAxis } from './axes';

export type Shape = 'disc' | 'ring' | 'square' | 'diamond' | 'triangle' | 'cross';
export const SHAPES: Shape[] = ['disc', 'diamond', 'square', 'triangle', 'ring', 'cross'];

export interface Mark {
  value: number;
  low: number; // thick: interval of the mean
  high: number;
  p05?: number; // thin: 90 % of the futures
  p95?: number;
  shape: Shape;
  tone: string; // class: better, worse, unclear, or s0..s5
  words: string; // beside the row
}

export interface IntervalRow {
  name: string;
  marks: Mark[];
}

export interface IntervalData {
  rows: IntervalRow[];
  left: string; // what lies left of zero, in words
  right: string;
  unit: string;
  label: string;
}

/** Path of a mark's shape around 0,0. */
export function shapePath(shape: Shape, r = 5): string {
  switch (shape) {
    case 'disc':
    case 'ring':
      return `M${-r},0A${r},${r} 0 1 0 ${r},0A${r},${r} 0 1 0 ${-r},0Z`;
    case 'square':
      return `M${-r},${-r}H${r}V${r}H${-r}Z`;
    case 'diamond':
      return `M0,${-r * 1.35}L${r * 1.35},0L0,${r * 1.35}L${-r * 1.35},0Z`;
    case 'triangle':
      return `M0,${-r * 1.2}L${r * 1.2},${r}L${-r * 1.2},${r}Z`;
    case 'cross':
      return `M${-r},${-r}L${r},${r}M${-r},${r}L${r},${-r}`;
  }
}

/** Breaks a name into lines of at most `n` characters, at " / " first, then at blanks. */
export function wrap(text: string, n: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > n && lines.length < 2) {
    let cut = rest.lastIndexOf(' / ', n - 2);
    if (cut > 0) cut += 2;
    else cut = rest.lastIndexOf(' ', n);
    if (cut <= 0) break;
    lines.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  lines.push(rest);
  return lines;
}

function extent(rows: IntervalRow[]): [number, number] {
  let low = 0;
  let high = 0;
  for (const row of rows)
    for (const m of row.marks) {
      low = Math.min(low, m.low, m.p05 ?? m.low);
      high = Math.max(high, m.high, m.p95 ?? m.high);
    }
  return low === high ? [-1, 1] : [low, high];
}

export function intervalChart(data: IntervalData, width: number): SVGSVGElement {
  const narrow = width < 620;
  const left = narrow ? 8 : 208;
  const right = width - (narrow ? 8 : 128);
  const lane = 20;
  const pad = narrow ? 22 : 8;
  const rowHeight = (row: IntervalRow): number => Math.max(1, row.marks.length) * lane + pad + (narrow ? 6 : 8);
  const top = 24;
  const body = data.rows.reduce((sum, row) => sum + rowHeight(row), 0);
  const bottom = top + body;
  const root = picture(width, bottom + 42, data.label);
  const x = scaleLinear(extent(data.rows), [left, right]).nice();
  const zero = x(0);

  root.append(bottomAxis(x, bottom, top, width));
  root.append(svg('line', { class: 'zero', x1: zero, x2: zero, y1: top - 4, y2: bottom }));
  root.append(
    svg('text', { class: 'side', x: left, y: 14, 'text-anchor': 'start' }, '← ' + data.left),
    svg('text', { class: 'side', x: right, y: 14, 'text-anchor': 'end' }, data.right + ' →'),
    svg(
      'text',
      { class: 'side', x: (left + right) / 2, y: bottom + 34, 'text-anchor': 'middle' },
      data.unit,
    ),
  );

  let y = top;
  for (const row of data.rows) {
    const h = rowHeight(row);
    root.append(svg('line', { class: 'rule', x1: 0, x2: width, y1: y, y2: y }));
    if (narrow) root.append(svg('text', { class: 'name', x: 0, y: y + 15 }, row.name));
    else {
      const lines = wrap(row.name, 30);
      const y0 = y + h / 2 + 4 - (lines.length - 1) * 7;
      lines.forEach((text, i) =>
        root.append(svg('text', { class: 'name', x: 0, y: y0 + i * 14 }, text)),
      );
    }
    row.marks.forEach((m, i) => {
      const cy = y + pad + lane * i + lane / 2;
      const g = svg('g', { class: `mark ${m.tone} ${m.shape}` });
      if (m.p05 !== undefined && m.p95 !== undefined)
        g.append(svg('line', { class: 'thin', x1: x(m.p05), x2: x(m.p95), y1: cy, y2: cy }));
      g.append(
        svg('line', { class: 'thick', x1: x(m.low), x2: x(m.high), y1: cy, y2: cy }),
        svg('path', { d: shapePath(m.shape), transform: `translate(${x(m.value)},${cy})` }),
      );
      root.append(g);
      const words = narrow
        ? { x: width, y: y + 15, 'text-anchor': 'end' }
        : { x: right + 10, y: cy + 4, 'text-anchor': 'start' };
      if (!narrow || row.marks.length === 1)
        root.append(svg('text', { class: 'words', ...words }, m.words));
    });
    y += h;
  }
  return root;
}
