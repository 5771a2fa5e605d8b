// A fan: bands p05-p95 and p25-p75, the median, what was recorded, and the date of decision.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Quantiles } from '../data';
import { picture, svg } from '../dom';
import { dateAxis, decisionMark, valueAxis } from './axes';

export interface FanData {
  dates: number[]; // ms, [n]
  values: Quantiles; // [n] each
  observed: { date: number; value: number }[];
  decideOn: number;
  low: number; // shared scale of the small multiples
  high: number;
  label: string; // the sentence for those who do not see it
}

export function fanChart(data: FanData, width: number, height = 190): SVGSVGElement {
  const root = picture(width, height, data.label);
  const left = 64;
  const right = width - 12;
  const top = 8;
  const bottom = height - 24;
  const all = data.dates.concat(data.observed.map((o) => o.date));
  const x = scaleUtc([Math.min(...all), Math.max(...all)], [left, right]);
  const y = scaleLinear([data.low, data.high], [bottom, top]).nice(4);

  const points = data.dates.map((_, i) => i);
  const known = (i: number): boolean =>
    data.values.p50[i] !== null && data.values.p50[i] !== undefined;
  const at = (q: (number | null)[]) => (i: number) => y(q[i] ?? 0);
  const band = (low: (number | null)[], high: (number | null)[]): string =>
    area<number>()
      .defined(known)
      .x((i) => x(data.dates[i] ?? 0))
      .y0(at(low))
      .y1(at(high))(points) ?? '';
  const median =
    line<number>()
      .defined(known)
      .x((i) => x(data.dates[i] ?? 0))
      .y(at(data.values.p50))(points) ?? '';

  root.append(
    dateAxis(x, bottom, top),
    valueAxis(y, left, right),
    svg('path', { class: 'band90', d: band(data.values.p05, data.values.p95) }),
    svg('path', { class: 'band50', d: band(data.values.p25, data.values.p75) }),
    svg('path', { class: 'median', d: median }),
  );
  if (data.observed.length > 0) {
    const history = line<{ date: number; value: number }>()
      .x((o) => x(o.date))
      .y((o) => y(o.value))(data.observed);
    const g = svg('g', { class: 'observed' }, svg('path', { d: history ?? '' }));
    for (const o of data.observed)
      g.append(svg('circle', { cx: x(o.date), cy: y(o.value), r: 1.6 }));
    root.append(g);
  }
  root.append(decisionMark(x(data.decideOn), top, bottom, 'decision'));
  return root;
}
