// Puts the charts into the report. Words and tables are in the page already (src/report/page.c);
// every element with data-chart names the chart that belongs there.
import { fanChart, stretches } from '../charts/fan';
import { intervalChart, SHAPES, shapePath, type IntervalRow, type Mark } from '../charts/intervals';
import { stackChart, swatch } from '../charts/stack';
import { readData, type Outcome, type Paired, type Quantiles, type ReportData } from '../data';
import { html, responsive, svg } from '../dom';
import { change, dateOf, percent, value } from '../format';
import { causalMap } from './maps';
import { onDemand, pairedTable, seriesTable, shareTable } from './tables';

/** A panel of small multiples: its title, and a chart drawn at the panel's width. */
function panel(title: string, draw: (width: number) => Element): HTMLElement {
  const host = html('div', { class: 'plot' });
  const el = html('div', { class: 'panel' }, html('p', { class: 'panel-title' }, title), host);
  queueMicrotask(() => responsive(host, draw));
  return el;
}

function joined(a: Quantiles, b: Quantiles): Quantiles {
  return {
    p05: a.p05.concat(b.p05),
    p25: a.p25.concat(b.p25),
    p50: a.p50.concat(b.p50),
    p75: a.p75.concat(b.p75),
    p95: a.p95.concat(b.p95),
  };
}

function fans(data: ReportData, host: HTMLElement, o: number): void {
  const outcome = data.outcomes[o];
  const history = data.history[o];
  if (!outcome || !history) return;
  const dates = data.dates.map(dateOf);
  const observed = data.observed
    .filter((s) => s.outcome === o)
    .flatMap((s) => {
      const points = s.dates.flatMap((date, i) => {
        const value = s.values[i];
        return value === null || value === undefined ? [] : [{ date: dateOf(date), value }];
      });
      return stretches(points, Math.min(...dates), Math.max(...dates));
    });
  const all = data.future.map((p) => joined(history, p[o] ?? history));
  const values = all.flatMap((q) => q.p05.concat(q.p95)).concat(observed.flat().map((v) => v.value));
  const finite = values.filter((v): v is number => v !== null);
  const low = Math.min(0, ...finite);
  const most = Math.max(low, ...finite);
  const high = most > low ? most : low + 1;
  const grid = html('div', { class: 'panels' });
  data.profiles.forEach((profile, p) => {
    const q = all[p];
    if (!q) return;
    const end = q.p50.length - 1;
    const at = (v: (number | null)[]): string => value(v[end] ?? null, outcome.noise);
    const label =
      `${outcome.name}, ${outcome.series_unit}, ${profile.name}: ` +
      `at the end median ${at(q.p50)}, 90 % of futures between ${at(q.p05)} and ${at(q.p95)}.`;
    grid.append(
      panel(profile.name, (width) =>
        fanChart(
          { dates, values: q, observed, decideOn: dateOf(data.decide_on), low, high, label },
          width,
        ),
      ),
    );
  });
  host.append(
    grid,
    onDemand('The figures of these charts as a table', () => seriesTable(data, o, outcome)),
  );
}

/** What lies on a side of zero, in words. */
function sides(outcome: Outcome): [string, string] {
  const count = /s$/.test(outcome.unit) && !/[/*]/.test(outcome.unit);
  const [less, more] = count ? ['fewer', 'more'] : ['lower', 'higher'];
  if (outcome.direction === 0) return [less, more];
  return outcome.direction < 0
    ? [`${less}: better`, `${more}: worse`]
    : [`${less}: worse`, `${more}: better`];
}

function mark(p: Paired): Mark | null {
  if (p.mean === null || p.low === null || p.high === null) return null;
  const tone = p.verdict > 0 ? 'better' : p.verdict < 0 ? 'worse' : 'unclear';
  return {
    value: p.mean,
    low: p.low,
    high: p.high,
    ...(p.p05 !== null && p.p95 !== null ? { p05: p.p05, p95: p.p95 } : {}),
    shape: tone === 'better' ? 'disc' : tone === 'worse' ? 'diamond' : 'ring',
    tone,
    words: p.share_better === null ? '' : `better in ${percent(p.share_better)}`,
  };
}

function differences(data: ReportData, host: HTMLElement, o: number): void {
  const outcome = data.outcomes[o];
  if (!outcome) return;
  const pairs = data.profiles
    .map((profile, p) => ({ name: profile.name, paired: data.paired[p]?.[o] ?? null }))
    .slice(1);
  const rows: IntervalRow[] = pairs.map(({ name, paired }) => {
    const m = paired ? mark(paired) : null;
    return { name, marks: m ? [m] : [] };
  });
  const [left, right] = sides(outcome);
  const label =
    `${outcome.name}, mean difference from the reference in ${outcome.unit}: ` +
    pairs.map((p) => `${p.name} ${change(p.paired?.mean ?? null, outcome.noise)}`).join('; ') +
    '.';
  const plot = html('div', { class: 'plot' });
  host.append(
    plot,
    onDemand('The figures of this chart as a table', () => pairedTable(outcome, pairs)),
  );
  responsive(plot, (width) =>
    intervalChart({ rows, left, right, unit: outcome.unit, label }, width),
  );
}

function regimes(data: ReportData, host: HTMLElement): void {
  const dates = data.dates.map(dateOf);
  const legend = html('ul', { class: 'legend' });
  data.regimes.forEach((r, i) => legend.append(html('li', {}, swatch(i), ' ' + r.name)));
  const grid = html('div', { class: 'panels' });
  data.profiles.forEach((profile, p) => {
    const shares = data.regime_share[p] ?? [];
    const end = data.regimes
      .map((r, i) => {
        const s = shares[i] ?? [];
        return `${r.name} ${percent(s[s.length - 1] ?? null)}`;
      })
      .join(', ');
    const label = `Share of futures in each regime over time, ${profile.name}: at the end ${end}.`;
    grid.append(
      panel(profile.name, (width) =>
        stackChart({ dates, shares, decideOn: dateOf(data.decide_on), label }, width),
      ),
    );
  });
  host.append(
    legend,
    grid,
    onDemand('The figures of these charts as a table', () => shareTable(data)),
  );
}

function hypothesis(data: ReportData, host: HTMLElement, h: number, o: number): void {
  const outcome = data.outcomes[o];
  const hyp = data.hypotheses[h];
  if (!outcome || !hyp) return;
  const legend = html('ul', { class: 'legend' });
  hyp.answers.forEach((a, i) => {
    const shape = SHAPES[i % SHAPES.length] ?? 'disc';
    legend.append(
      html(
        'li',
        {},
        svg(
          'svg',
          { width: 16, height: 16, viewBox: '-8 -8 16 16', 'aria-hidden': 'true' },
          svg('g', { class: `mark s${i % 6} ${shape}` }, svg('path', { d: shapePath(shape) })),
        ),
        ' ' + a.name,
      ),
    );
  });
  const rows: IntervalRow[] = data.profiles.slice(1).map((profile, p) => ({
    name: profile.name,
    marks: hyp.answers.flatMap((a, i) => {
      const paired = a.cell === null ? null : data.cell_paired[a.cell]?.[p + 1]?.[o];
      const m = paired ? mark(paired) : null;
      if (!m) return [];
      const { p05: _p05, p95: _p95, ...rest } = m;
      return [{ ...rest, shape: SHAPES[i % SHAPES.length] ?? 'disc', tone: `s${i % 6}` }];
    }),
  }));
  const [left, right] = sides(outcome);
  const label =
    `${outcome.name}, mean difference from the reference by answer to "${hyp.question}". ` +
    'The figures are in the table below the chart.';
  const plot = html('div', { class: 'plot' });
  host.append(legend, plot);
  responsive(plot, (width) =>
    intervalChart({ rows, left, right, unit: outcome.unit, label }, width),
  );
}

function charts(data: ReportData): void {
  for (const host of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const o = Number(host.dataset['outcome'] ?? -1);
    const h = Number(host.dataset['hypothesis'] ?? -1);
    switch (host.dataset['chart']) {
      case 'fan':
        fans(data, host, o);
        break;
      case 'difference':
        differences(data, host, o);
        break;
      case 'regimes':
        regimes(data, host);
        break;
      case 'hypothesis':
        hypothesis(data, host, h, o);
        break;
    }
  }
}

function main(): void {
  document.querySelectorAll<HTMLElement>('[data-chart="map"]').forEach(causalMap);
  const data = readData();
  if (data) charts(data);
  document.documentElement.classList.add('has-charts');
}

main();
