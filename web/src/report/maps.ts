// Diagrams of the documents' maps, drawn from the tables that are in the page (src/report/page_maps.c):
// a row is an arrow, its attributes say how it looks, its words what is read out.
import { mapChart, sample, type CausalMap, type MapLink } from '../charts/map';
import { html, responsive } from '../dom';

function text(cell: Element | null | undefined): string {
  return (cell?.textContent ?? '').trim();
}

function linkOf(row: HTMLTableRowElement, names: Map<string, string>): MapLink {
  const { from = '', to = '', sign = '0' } = row.dataset;
  const [number, link, quotes] = row.cells;
  const [cause, effect] = link?.querySelectorAll('span') ?? [];
  const notes = link?.querySelector('small');
  names.set(from, text(cause));
  names.set(to, text(effect));
  const value = sign === '1' ? 1 : sign === '-1' ? -1 : 0;
  const isDenied = 'denied' in row.dataset; // then the other sign is denied
  const word = isDenied
    ? `denied: ${value < 0 ? 'more of it, more' : 'more of it, less'}`
    : value > 0
      ? 'more of it, more'
      : value < 0
        ? 'more of it, less'
        : 'sign not told';
  return {
    number: Number(text(number)),
    from,
    to,
    sign: isDenied ? 0 : value,
    denied: !isDenied ? 0 : value > 0 ? -1 : value < 0 ? 1 : 0,
    hedged: 'hedged' in row.dataset,
    contested: 'contested' in row.dataset,
    against: 'against' in row.dataset,
    href: `#${row.id}`,
    words: `${text(number)}: ${text(cause)} \u2192 ${text(effect)} (${word}; ${text(notes)}). ${text(quotes)}`,
  };
}

function legend(links: MapLink[]): HTMLElement {
  const entry = (...parts: (Node | string)[]): HTMLElement => html('li', {}, ...parts);
  const list = html(
    'ul',
    { class: 'legend' },
    entry(sample(1, false), ' + more of the cause, more of the effect'),
    entry(sample(-1, false), ' \u2212 more of the cause, less of the effect'),
  );
  if (links.some((l) => l.denied !== 0)) list.append(entry(sample(0, false), ' not +, not \u2212: denied, and nothing claimed'));
  if (links.some((l) => l.sign === 0 && l.denied === 0)) list.append(entry(sample(0, false), ' ? sign not told'));
  if (links.some((l) => l.hedged)) list.append(entry(sample(1, true), ' dashed: hedged'));
  if (links.some((l) => l.contested)) list.append(entry('\u2260 another document claims the opposite'));
  if (links.some((l) => l.against)) list.append(entry('! the model says the opposite'));
  return list;
}

const HINT = 'Point at an arrow, or tab to it, for its sentence; its number is the row in the table.';

export function causalMap(host: HTMLElement): void {
  const names = new Map<string, string>();
  const rows = [...host.querySelectorAll<HTMLTableRowElement>('tr[data-from]')];
  const links = rows.map((row) => linkOf(row, names));
  if (links.length === 0) return;
  const map: CausalMap = {
    names,
    links,
    label: `Causal map of document ${host.dataset['name'] ?? ''}: ${links.length} arrows between ${names.size} factors`,
  };
  const said = html('p', { class: 'map-said', 'aria-hidden': 'true' }, HINT);
  const plot = html('div', { class: 'map-plot' });
  const show = (event: Event): void => {
    const arrow = (event.target as Element).closest('.arrow');
    said.textContent = arrow?.getAttribute('aria-label') ?? HINT;
  };
  plot.addEventListener('focusin', show);
  plot.addEventListener('mouseover', show);
  plot.addEventListener('mouseleave', () => (said.textContent = HINT));
  host.prepend(legend(links), plot, said);
  responsive(plot, (width) => mapChart(map, width));
}
