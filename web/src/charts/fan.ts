// A fan: bands p05-p95 and p25-p75, the median, what was recorded, and the date of decision.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Quantiles } from '../data';
import { picture, svg } from '../dom';
import { dateAxis, decisionMark, leftMargin, valueAxis } from './axes';

export interface Recorded {
  date: number;
  value: number;
}

/** What a line may join: no points further apart than the series usually has them, by the lower quartile, since gaps
 *  only make distances larger. Months and years differ in length, so half as much again is let be. Only points from `first` to `last` are kept. */
export function stretches(points: Recorded[], first: number, last: number): Recorded[][] {
  const gaps = points.slice(1).map((p, i) => p.date - (points[i]?.date ?? 0));
  const usual = gaps.slice().sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 4)] ?? 0;
  const out: Recorded[][] = [];
  let before = NaN;
  for (const p of points) {
    if (p.date >= first && p.date <= last) {
      if (p.date - before <= 1.5 * usual) out[out.length - 1]?.push(p);
      else out.push([p]);
      before = p.date;
    }
  }
  return out;
}

export interface FanData {
  dates: number[]; // ms, [n]
  values: Quantiles; // [n] each
  observed: Recorded[][]; // stretches without a gap, within the dates
  decideOn: number;
  low: number; // shared scale of the small multiples
  high: number;
  label: string; // the sentence for those who do not see it
}

export function fanChart(data: FanData, width: number, height = 190): SVGSVGElement {
  const root = picture(width, height, data.label);
  const right = width - 12;
  const top = 8;
  const bottom = height - 24;
  const y = scaleLinear([data.low, data.high], [bottom, top]).nice(4);
  const left = leftMargin(y);
  const x = scaleUtc([Math.min(...data.dates), Math.max(...data.dates)], [left, right]);

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
    dateAxis(x, bottom, top, width),
    valueAxis(y, left, right),
    svg('path', { class: 'band90', d: band(data.values.p05, data.values.p95) }),
    svg('path', { class: 'band50', d: band(data.values.p25, data.values.p75) }),
    svg('path', { class: 'median', d: median }),
  );
  for (const stretch of data.observed) {
    const joined = line<Recorded>()
      .x((o) => x(o.date))
      .y((o) => y(o.value))(stretch);
    const g = svg('g', { class: 'observed' }, svg('path', { d: joined ?? '' }));
    for (const o of stretch) g.append(svg('circle', { cx: x(o.date), cy: y(o.value), r: 1.6 }));
    root.append(g);
  }
  root.append(decisionMark(x(data.decideOn), top, bottom, 'decision', left));
  return root;
}
