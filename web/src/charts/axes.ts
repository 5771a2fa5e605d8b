// Axes drawn from d3 scales. Plain functions that return SVG groups; no state.
import type { ScaleLinear, ScaleTime } from 'd3-scale';
import { svg } from '../dom';
import { decimalsFor, number } from '../format';

export type Linear = ScaleLinear<number, number>;
export type Time = ScaleTime<number, number>;

/** Dates along the bottom: years where the span is long, months where it is short. */
export function dateAxis(scale: Time, y: number, top: number): SVGGElement {
  const [a = 0, b = 0] = scale.range();
  const ticks = scale.ticks(Math.max(2, Math.min(6, Math.floor((b - a) / 55))));
  const months = ticks.some((t) => t.getUTCMonth() !== 0);
  const g = svg('g', { class: 'axis' });
  g.append(svg('line', { x1: a, x2: b, y1: y, y2: y }));
  for (const t of ticks) {
    const x = scale(t);
    const text = months ? t.toISOString().slice(0, 7) : String(t.getUTCFullYear());
    g.append(
      svg('line', { class: 'grid', x1: x, x2: x, y1: top, y2: y }),
      svg('line', { x1: x, x2: x, y1: y, y2: y + 4 }),
      svg('text', { x: Math.min(x, b - 6), y: y + 16, 'text-anchor': 'middle' }, text),
    );
  }
  return g;
}

/** Values up the left side, with faint lines across. */
export function valueAxis(
  scale: Linear,
  x: number,
  right: number,
  n = 4,
  text?: (value: number) => string,
): SVGGElement {
  const ticks = scale.ticks(n);
  const step = ticks.length > 1 ? Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) : 1;
  const format = text ?? ((v: number) => number(v, step >= 1 ? 0 : decimalsFor(step)));
  const g = svg('g', { class: 'axis' });
  for (const t of ticks) {
    const y = scale(t);
    g.append(
      svg('line', { class: 'grid', x1: x, x2: right, y1: y, y2: y }),
      svg('text', { x: x - 5, y: y + 4, 'text-anchor': 'end' }, format(t)),
    );
  }
  return g;
}

/** Values along the bottom. */
export function bottomAxis(scale: Linear, y: number, top: number): SVGGElement {
  const [a = 0, b = 0] = scale.range();
  const ticks = scale.ticks(Math.max(2, Math.min(8, Math.floor((b - a) / 70))));
  const step = ticks.length > 1 ? Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) : 1;
  const g = svg('g', { class: 'axis' });
  g.append(svg('line', { x1: a, x2: b, y1: y, y2: y }));
  for (const t of ticks) {
    const x = scale(t);
    g.append(
      svg('line', { class: 'grid', x1: x, x2: x, y1: top, y2: y }),
      svg(
        'text',
        { x: Math.max(a + 8, Math.min(x, b - 8)), y: y + 16, 'text-anchor': 'middle' },
        (t > 0 ? '+' : '') + number(t, step >= 1 ? 0 : decimalsFor(step)),
      ),
    );
  }
  return g;
}

/** The date from which courses of action differ. */
export function decisionMark(x: number, top: number, bottom: number, label: string): SVGGElement {
  return svg(
    'g',
    { class: 'decide' },
    svg('line', { x1: x, x2: x, y1: top, y2: bottom }),
    svg('text', { x: x - 4, y: top + 10, 'text-anchor': 'end' }, label),
  );
}
