// The charts' figures as tables, made when a reader opens them: the page stays light.
import type { Outcome, Paired, Quantiles, ReportData } from '../data';
import { html } from '../dom';
import { change, percent, value } from '../format';

export function table(caption: string, head: string[], rows: string[][]): HTMLElement {
  const cells = (row: string[]): HTMLElement[] =>
    row.map((text, i) =>
      i === 0 ? html('th', { scope: 'row' }, text) : html('td', { class: 'n' }, text),
    );
  return html(
    'div',
    { class: 'scroll tall', role: 'group', tabindex: 0, 'aria-label': caption },
    html(
      'table',
      {},
      html('caption', {}, caption),
      html('thead', {}, html('tr', {}, ...head.map((h) => html('th', { scope: 'col' }, h)))),
      html('tbody', {}, ...rows.map((row) => html('tr', {}, ...cells(row)))),
    ),
  );
}

/** A closed <details> whose table is made at the first opening. */
export function onDemand(summary: string, make: () => HTMLElement): HTMLDetailsElement {
  const details = html('details', {}, html('summary', {}, summary));
  let made = false;
  details.addEventListener('toggle', () => {
    if (!details.open || made) return;
    made = true;
    details.append(make());
  });
  return details;
}

/** Values of every point: history once, then each profile. */
export function seriesTable(data: ReportData, o: number, outcome: Outcome): HTMLElement {
  const history = data.history[o];
  const rows: string[][] = [];
  const add = (name: string, q: Quantiles | undefined, first: number): void => {
    q?.p50.forEach((v, i) =>
      rows.push([
        name,
        data.dates[first + i] ?? '',
        ...[v, q.p05[i], q.p25[i], q.p75[i], q.p95[i]].map((f) => value(f ?? null, outcome.noise)),
      ]),
    );
  };
  add('before the decision (shared)', history, 0);
  data.profiles.forEach((p, i) => add(p.name, data.future[i]?.[o], data.i_decide));
  for (const series of data.observed.filter((s) => s.outcome === o))
    series.values.forEach((v, i) =>
      rows.push([series.name, series.dates[i] ?? '', value(v, outcome.noise), '', '', '', '']),
    );
  return table(
    `${outcome.name}, ${outcome.series_unit}`,
    ['Course of action', 'Date', 'Median', '5 %', '25 %', '75 %', '95 %'],
    rows,
  );
}

export function pairedTable(
  outcome: Outcome,
  rows: { name: string; paired: Paired | null }[],
): HTMLElement {
  return table(
    `${outcome.name}: difference from the reference, ${outcome.unit}`,
    ['Course of action', 'Mean', 'Low', 'High', '5 %', 'Median', '95 %', 'Better in'],
    rows.map(({ name, paired: p }) => [
      name,
      ...[p?.mean, p?.low, p?.high, p?.p05, p?.p50, p?.p95].map((v) => change(v ?? null, outcome.noise)),
      percent(p?.share_better ?? null),
    ]),
  );
}

export function shareTable(data: ReportData): HTMLElement {
  const rows: string[][] = [];
  data.profiles.forEach((p, i) =>
    data.dates.forEach((date, t) =>
      rows.push([
        p.name,
        date,
        ...data.regimes.map((_, r) => percent(data.regime_share[i]?.[r]?.[t] ?? null)),
      ]),
    ),
  );
  return table(
    'Share of futures in each regime',
    ['Course of action', 'Date', ...data.regimes.map((r) => r.name)],
    rows,
  );
}
