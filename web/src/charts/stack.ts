// Shares that add up to one, over time. Each state has a colour of Okabe and Ito's palette and a
// texture, and a line between it and the next, so that it reads without colour.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import { picture, svg } from '../dom';
import { dateAxis, decisionMark, valueAxis } from './axes';

/** Okabe and Ito 2008: told apart under all common kinds of colour blindness. */
export const STATE_COLORS = [
  '#56b4e9',
  '#f0e442',
  '#e69f00',
  '#d55e00',
  '#cc79a7',
  '#009e73',
  '#0072b2',
  '#bbbbbb',
];

export interface StackData {
  dates: number[];
  shares: (number | null)[][]; // [state][n]
  decideOn: number;
  label: string;
}

/** Paint of state i: fills `into` with a pattern where the state has a texture. */
export function statePaint(i: number, id: string, into: SVGDefsElement): string {
  const color = STATE_COLORS[i % STATE_COLORS.length] ?? '#bbbbbb';
  const kind = i % 3;
  if (kind === 0) return color;
  const pattern = svg(
    'pattern',
    { id, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { width: 7, height: 7, fill: color }),
    kind === 1
      ? svg('line', { x1: 0, y1: 0, x2: 0, y2: 7, stroke: '#000', 'stroke-opacity': 0.35 })
      : svg('circle', { cx: 3.5, cy: 3.5, r: 1.2, fill: '#000', 'fill-opacity': 0.4 }),
  );
  into.append(pattern);
  return `url(#${id})`;
}

let serial = 0; // ids of patterns must differ within the page

export function swatch(i: number): SVGSVGElement {
  const defs = svg('defs');
  const fill = statePaint(i, `swatch${serial++}`, defs);
  return svg(
    'svg',
    { width: 18, height: 14, 'aria-hidden': 'true', class: 'swatch' },
    defs,
    svg('rect', { x: 0.5, y: 0.5, width: 17, height: 13, fill, class: 'outline' }),
  );
}

export function stackChart(data: StackData, width: number, height = 170): SVGSVGElement {
  const root = picture(width, height, data.label);
  const left = 64;
  const right = width - 12;
  const top = 8;
  const bottom = height - 24;
  const x = scaleUtc(
    [data.dates[0] ?? 0, data.dates[data.dates.length - 1] ?? 1],
    [left, right],
  );
  const y = scaleLinear([0, 1], [bottom, top]);
  const defs = svg('defs');
  root.append(defs, dateAxis(x, bottom, top, width));
  const points = data.dates.map((_, i) => i);
  const below = data.dates.map(() => 0);
  data.shares.forEach((share, state) => {
    const base = below.slice();
    points.forEach((i) => (below[i] = (below[i] ?? 0) + (share[i] ?? 0)));
    const above = below.slice();
    if (share.every((v) => !v)) return;
    const shape = area<number>()
      .x((i) => x(data.dates[i] ?? 0))
      .y0((i) => y(base[i] ?? 0))
      .y1((i) => y(above[i] ?? 0))(points);
    const edge = line<number>()
      .x((i) => x(data.dates[i] ?? 0))
      .y((i) => y(above[i] ?? 0))(points);
    root.append(
      svg('path', { d: shape ?? '', fill: statePaint(state, `state${serial++}`, defs) }),
      svg('path', { d: edge ?? '', class: 'edge' }),
    );
  });
  root.append(
    valueAxis(y, left, right, 4, (v) => `${Math.round(v * 100)}\u00a0%`),
    decisionMark(x(data.decideOn), top, bottom, '', left),
  );
  return root;
}
