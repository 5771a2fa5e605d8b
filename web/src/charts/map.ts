// A causal map: factors as boxes, claims as arrows with a number, a sign and a style.
//
// dagre puts boxes into layers (Sugiyama's method: few crossings, no overlaps) and keeps room for
// the label of every arrow; parts of a map that do not hang together are laid out alone and set
// side by side. Left to right where that fits, else top to bottom. Sign, line and arrowhead say
// the same as the colour: + one line and a filled head, - a double line and an open head. Each
// arrow is a link to its row in the table, so keyboard and print need nothing else.
import { Graph, layout } from '@dagrejs/dagre';
import { curveBasis, line } from 'd3-shape';
import { svg } from '../dom';

export interface MapLink {
  number: number;
  from: string; // ids of the boxes
  to: string;
  sign: -1 | 0 | 1;
  hedged: boolean;
  contested: boolean; // another document claims the opposite
  against: boolean; // the model says the opposite
  href: string;
  words: string; // the link and its sentence, for those who hear it and for the panel
}

export interface CausalMap {
  names: Map<string, string>;
  links: MapLink[];
  label: string;
}

interface Point {
  x: number;
  y: number;
}
interface Box extends Point {
  id: string;
  lines: string[];
  width: number;
  height: number;
}
interface Arrow {
  link: MapLink;
  points: Point[];
  at: Point; // middle of the label
  label: string;
  width: number; // of the label
}
interface Part {
  boxes: Box[];
  arrows: Arrow[];
  width: number;
  height: number;
}

const LINE = 15; // pixels of a line of text
const PAD = 8; // around the text of a box
const GAP = 28; // between parts
const HEAD = 9; // length of an arrowhead
const FONT = "12px system-ui, 'DejaVu Sans', sans-serif"; // as in charts.css
const SIGNS = { '1': '+', '0': '?', '-1': '\u2212' } as const;

const TONES = { '1': 'plus', '0': 'open', '-1': 'minus' } as const;

const measure = ((): ((text: string) => number) => {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return (text) => 7 * text.length;
  context.font = FONT;
  return (text) => context.measureText(text).width;
})();

/** Words in lines of at most `width` pixels; a longer word stands alone. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current ? `${current} ${word}` : word;
    if (current && measure(longer) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return current ? [...lines, current] : lines;
}

function boxOf(id: string, name: string, width: number): Box {
  const lines = wrap(name, width);
  return {
    id,
    lines,
    x: 0,
    y: 0,
    width: Math.ceil(Math.max(...lines.map(measure))) + 2 * PAD,
    height: lines.length * LINE + 2 * PAD - 2,
  };
}

/** What stands on an arrow: its number, its sign, its marks. */
function labelOf(link: MapLink): string {
  return `${link.number} ${SIGNS[link.sign]}${link.contested ? ' \u2260' : ''}${link.against ? ' !' : ''}`;
}

/** Links that hang together, in the order of their first. */
function parts(links: MapLink[]): MapLink[][] {
  const groups: { ids: Set<string>; links: MapLink[] }[] = [];
  for (const link of links) {
    const touched = groups.filter((g) => g.ids.has(link.from) || g.ids.has(link.to));
    const first = touched[0] ?? { ids: new Set<string>(), links: [] };
    if (!touched[0]) groups.push(first);
    for (const other of touched.slice(1)) {
      other.ids.forEach((id) => first.ids.add(id));
      first.links.push(...other.links);
      groups.splice(groups.indexOf(other), 1);
    }
    first.ids.add(link.from).add(link.to);
    first.links.push(link);
  }
  return groups.map((g) => g.links);
}

function layOut(map: CausalMap, links: MapLink[], direction: 'LR' | 'TB', text: number): Part {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: direction,
    nodesep: direction === 'LR' ? 18 : 14,
    edgesep: 12,
    ranksep: direction === 'LR' ? 46 : 32,
    marginx: 2,
    marginy: 2,
  });
  graph.setDefaultNodeLabel(() => ({}));
  const boxes = new Map<string, Box>();
  for (const link of links)
    for (const id of [link.from, link.to])
      if (!boxes.has(id)) {
        const box = boxOf(id, map.names.get(id) ?? id, text);
        boxes.set(id, box);
        graph.setNode(id, { width: box.width, height: box.height });
      }
  for (const link of links)
    graph.setEdge(
      link.from,
      link.to,
      { width: Math.ceil(measure(labelOf(link))) + 14, height: 20, labelpos: 'c' },
      String(link.number),
    );
  layout(graph);
  for (const box of boxes.values()) {
    const node = graph.node(box.id);
    box.x = node.x ?? 0;
    box.y = node.y ?? 0;
  }
  const arrows = links.map((link): Arrow => {
    const edge = graph.edge({ v: link.from, w: link.to, name: String(link.number) });
    const points = (edge.points ?? []) as Point[];
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    return {
      link,
      points,
      at: { x: edge.x ?? middle.x, y: edge.y ?? middle.y },
      label: labelOf(link),
      width: Math.ceil(measure(labelOf(link))) + 12,
    };
  });
  const size = graph.graph();
  return {
    boxes: [...boxes.values()],
    arrows,
    width: Math.ceil(size.width ?? 0),
    height: Math.ceil(size.height ?? 0),
  };
}

/** The way that fits the width; of two that do, the lower one; of none, the narrower. */
function fitted(map: CausalMap, links: MapLink[], width: number): Part {
  const wide = layOut(map, links, 'LR', 130);
  const tall = layOut(map, links, 'TB', width < 500 ? 88 : 130);
  if (wide.width <= width && tall.width <= width) return wide.height <= tall.height ? wide : tall;
  return wide.width < tall.width ? wide : tall;
}

function move(part: Part, dx: number, dy: number): void {
  const shift = (p: Point): void => {
    p.x += dx;
    p.y += dy;
  };
  part.boxes.forEach(shift);
  part.arrows.forEach((a) => {
    a.points.forEach(shift);
    shift(a.at);
  });
}

/** Parts in rows, the next beside the last as long as there is room. */
function pack(all: Part[], width: number): { width: number; height: number } {
  let x = 0;
  let y = 0;
  let row = 0;
  let right = 0;
  for (const part of all) {
    if (x > 0 && x + part.width > width) {
      x = 0;
      y += row + GAP;
      row = 0;
    }
    move(part, x, y);
    x += part.width + GAP;
    right = Math.max(right, x - GAP);
    row = Math.max(row, part.height);
  }
  return { width: right, height: y + row };
}

/** The line through its label up to the arrowhead, and the head's three corners. */
function shape(points: Point[], label?: Point): { path: string; head: string } {
  const end = points[points.length - 1] ?? { x: 0, y: 0 };
  const before = points[points.length - 2] ?? end;
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const ux = (end.x - before.x) / length;
  const uy = (end.y - before.y) / length;
  const base = { x: end.x - HEAD * ux, y: end.y - HEAD * uy };
  // a B-spline passes only near its points, but through one that stands three times
  const near =
    label &&
    points
      .slice(1, -1)
      .find((p) => Math.hypot(p.x - label.x, p.y - label.y) < 2);
  const path = line<Point>(
    (p) => p.x,
    (p) => p.y,
  ).curve(curveBasis)([...points.slice(0, -1), base].flatMap((p) => (p === near ? [p, p, p] : [p])));
  const side = (s: number): string =>
    `${(base.x - (s * uy * HEAD) / 1.9).toFixed(1)},${(base.y + (s * ux * HEAD) / 1.9).toFixed(1)}`;
  return { path: path ?? '', head: `M${end.x.toFixed(1)},${end.y.toFixed(1)}L${side(1)}L${side(-1)}Z` };
}

function drawBox(box: Box): SVGGElement {
  const top = box.y - ((box.lines.length - 1) * LINE) / 2 + 4;
  return svg(
    'g',
    { class: 'box' },
    svg('rect', {
      x: box.x - box.width / 2,
      y: box.y - box.height / 2,
      width: box.width,
      height: box.height,
      rx: 4,
    }),
    ...box.lines.map((text, i) => svg('text', { x: box.x, y: top + i * LINE }, text)),
  );
}

function drawArrow(arrow: Arrow): SVGAElement {
  const { link } = arrow;
  const { path, head } = shape(arrow.points, arrow.at);
  const classes = `arrow ${TONES[link.sign]}${link.hedged ? ' hedged' : ''}${link.contested ? ' contested' : ''}`;
  const double = link.sign < 0 ? [svg('path', { class: 'core', d: path })] : [];
  return svg(
    'a',
    { class: classes, href: link.href, 'aria-label': link.words },
    svg('title', {}, link.words),
    svg('path', { class: 'reach', d: path }),
    svg('path', { class: 'line', d: path }),
    ...double,
    svg('path', { class: 'head', d: head }),
    svg('rect', {
      class: 'tag',
      x: arrow.at.x - arrow.width / 2,
      y: arrow.at.y - 9,
      width: arrow.width,
      height: 18,
      rx: 9,
    }),
    svg('text', { x: arrow.at.x, y: arrow.at.y + 4 }, arrow.label),
  );
}

/** A map that is somewhat too wide is drawn smaller; below this its letters could not be read, so what is
 * wider yet scrolls. */
const SMALLEST = 0.75;

export function mapChart(map: CausalMap, width: number): SVGSVGElement {
  const room = width - 2; // the outermost lines are two pixels thick
  const all = parts(map.links).map((links) => fitted(map, links, room));
  const size = pack(all, room);
  const scale = Math.max(SMALLEST, Math.min(1, width / (size.width + 2)));
  return svg(
    'svg',
    {
      viewBox: `-1 -1 ${size.width + 2} ${size.height + 2}`,
      width: Math.floor((size.width + 2) * scale),
      height: Math.floor((size.height + 2) * scale),
      role: 'group',
      'aria-label': map.label,
    },
    ...all.flatMap((p) => p.arrows.map(drawArrow)),
    ...all.flatMap((p) => p.boxes.map(drawBox)), // last: no line runs through a name
  );
}

/** A short arrow for the legend. */
export function sample(sign: -1 | 0 | 1, hedged: boolean): SVGSVGElement {
  const { path, head } = shape([
    { x: 2, y: 7 },
    { x: 20, y: 7 },
    { x: 42, y: 7 },
  ]);
  return svg(
    'svg',
    { width: 44, height: 14, viewBox: '0 0 44 14', 'aria-hidden': 'true' },
    svg(
      'g',
      { class: `arrow ${TONES[sign]}${hedged ? ' hedged' : ''}` },
      svg('path', { class: 'line', d: path }),
      ...(sign < 0 ? [svg('path', { class: 'core', d: path })] : []),
      svg('path', { class: 'head', d: head }),
    ),
  );
}
