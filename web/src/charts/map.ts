// A causal map: factors as boxes, claims as arrows with a number, a sign and a style.
//
// dagre puts boxes into layers (Sugiyama's method: few crossings, no overlaps) and keeps room for
// the label of every arrow; parts of a map that do not hang together are laid out alone and set
// side by side. Where a bend would run behind a box or a label, the arrow goes straight past the whole layer and bends between
// two layers, where nothing is. Left to right where that fits, else top to bottom. Sign, line and arrowhead say
// the same as the colour: + one line and a filled head, - a double line and an open head. Each
// arrow is a link to its row in the table, so keyboard and print need nothing else.
import { Graph, layout } from '@dagrejs/dagre';
import { curveBasis, line } from 'd3-shape';
import { svg, textWidth } from '../dom';

export interface MapLink {
  number: number;
  from: string; // ids of the boxes
  to: string;
  sign: -1 | 0 | 1; // 0 as well where it is only denied
  denied: -1 | 0 | 1; // the sign that is denied, and nothing claimed
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
interface Box extends Rect {
  id: string;
  lines: string[];
}
interface Arrow {
  link: MapLink;
  runs: Run[]; // between them the arrow bends; of a loop at one box none
  points: Point[]; // of a loop at one box
  at: Point; // middle of the label
  label: string;
  width: number; // of the label
}
/** A straight piece along the layers. */
interface Run {
  from: Point;
  to: Point;
  least?: Run; // as short as it can be, where nothing is in the way of the bends beside it
}
interface Rect extends Point {
  width: number;
  height: number;
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
const SIGNS = { '1': '+', '0': '?', '-1': '\u2212' } as const;

const TONES = { '1': 'plus', '0': 'open', '-1': 'minus' } as const;

const measure = (text: string): number => textWidth(text, 12);

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
  const sign = link.denied ? `not ${SIGNS[link.denied]}` : SIGNS[link.sign];
  return `${link.number} ${sign}${link.contested ? ' \u2260' : ''}${link.against ? ' !' : ''}`;
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

interface Laid {
  points: Point[]; // dagre's: at the border of a box, in each layer between, at the border of the other box
  label: Rect;
}

/** The two points that pull a bend from `a` to `b`, which it leaves and enters along the layers. */
function pulls(a: Point, b: Point, flat: boolean): [Point, Point] {
  const middle = flat ? (a.x + b.x) / 2 : (a.y + b.y) / 2;
  return flat
    ? [{ x: middle, y: a.y }, { x: middle, y: b.y }]
    : [{ x: a.x, y: middle }, { x: b.x, y: middle }];
}

/** Does a bend keep clear of all these by some pixels? */
function isFree(a: Point, b: Point, flat: boolean, things: Rect[]): boolean {
  const [c, d] = pulls(a, b, flat);
  for (let k = 0; k <= 32; k++) {
    const t = k / 32;
    const s = 1 - t;
    const on = (p: number, q: number, r: number, e: number): number =>
      s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * e;
    const x = on(a.x, c.x, d.x, b.x);
    const y = on(a.y, c.y, d.y, b.y);
    if (things.some((r) => Math.abs(x - r.x) < r.width / 2 + 5 && Math.abs(y - r.y) < r.height / 2 + 5)) return false;
  }
  return true;
}

/** Takes the short end of two runs for each bend that is free with it. */
function shorten(runs: Run[], flat: boolean, things: Rect[]): void {
  for (let i = 0; i + 1 < runs.length; i++) {
    const a = runs[i];
    const b = runs[i + 1];
    if (!a || !b) continue;
    const out = a.least?.to ?? a.to;
    const into = b.least?.from ?? b.from;
    const ways: [Point, Point][] = [[out, into], [a.to, into], [out, b.from], [a.to, b.from]];
    [a.to, b.from] = ways.find(([p, q]) => isFree(p, q, flat, things)) ?? [a.to, b.from];
  }
}

/** How far boxes and labels reach to both sides of the middle of their layer. */
class Layers {
  private readonly reach: { middle: number; half: number }[] = [];
  add(middle: number, half: number): void {
    const layer = this.at(middle);
    layer.half = Math.max(layer.half, half);
  }
  at(middle: number): { middle: number; half: number } {
    let found = this.reach.find((one) => Math.abs(one.middle - middle) < 1);
    if (!found) this.reach.push((found = { middle, half: 0 }));
    return found;
  }
}

/** The arrows' ends at one side of a box, in the order in which they come, spread over it. */
function spread(ends: { wish: number; set: (across: number) => void }[], middle: number, room: number): void {
  ends.sort((a, b) => a.wish - b.wish);
  const step = Math.min(14, room / Math.max(1, ends.length - 1));
  ends.forEach((end, i) => {
    const alone = Math.max(-room / 2, Math.min(room / 2, end.wish - middle));
    end.set(middle + (ends.length === 1 ? alone : (i - (ends.length - 1) / 2) * step));
  });
}

/** Every arrow as straight runs: out of its box to the edge of the layer, through the layers between at the place that
 *  dagre kept free there, and to the other box. */
function route(boxes: Map<string, Box>, links: MapLink[], laid: Laid[], direction: 'LR' | 'TB'): Run[][] {
  const flat = direction === 'LR';
  const along = (p: Point): number => (flat ? p.x : p.y);
  const across = (p: Point): number => (flat ? p.y : p.x);
  const point = (a: number, c: number): Point => (flat ? { x: a, y: c } : { x: c, y: a });
  const layers = new Layers();
  for (const box of boxes.values()) layers.add(along(box), (flat ? box.width : box.height) / 2);
  laid.forEach((one, i) => {
    if (links[i]?.from !== links[i]?.to)
      for (const p of one.points.slice(1, -1)) layers.add(along(p), (flat ? one.label.width : one.label.height) / 2);
  });
  const sides = new Map<string, { box: Box; ends: { wish: number; set: (across: number) => void }[] }>();
  const runs = links.map((link, i): Run[] => {
    const from = boxes.get(link.from);
    const to = boxes.get(link.to);
    const between = laid[i]?.points.slice(1, -1) ?? [];
    if (!from || !to || from === to) return [];
    const way = Math.sign(along(to) - along(from)) || 1;
    const half = (box: Box): number => (flat ? box.width : box.height) / 2;
    const border = (box: Box, side: number): number => along(box) + side * half(box);
    const edge = (p: Point, side: number): number => {
      const layer = layers.at(along(p));
      return layer.middle + side * layer.half;
    };
    const tip = border(to, -way);
    const near = edge(to, -way);
    const first: Run = { from: point(border(from, way), across(from)), to: point(edge(from, way), across(from)) };
    const foot = tip - way * (HEAD + 2);
    const last: Run = {
      from: point(way > 0 ? Math.min(near, foot) : Math.max(near, foot), across(to)),
      to: point(tip, across(to)),
    };
    first.least = { from: first.from, to: first.from };
    last.least = { from: point(foot, across(to)), to: last.to };
    const end = (box: Box, side: number, run: Run, wish: number): void => {
      const key = `${box.id} ${side}`;
      const known = sides.get(key) ?? { box, ends: [] };
      sides.set(key, known);
      known.ends.push({
        wish,
        set: (c) => {
          for (const one of [run, run.least]) {
            if (!one) continue;
            one.from = point(along(one.from), c);
            one.to = point(along(one.to), c);
          }
        },
      });
    };
    end(from, way, first, across(between[0] ?? to));
    end(to, -way, last, across(between[between.length - 1] ?? from));
    return [
      first,
      ...between.map((p): Run => {
        const label = laid[i]?.label;
        const isLabel = label !== undefined && Math.hypot(label.x - p.x, label.y - p.y) < 1;
        const own = isLabel ? way * ((flat ? label.width : label.height) / 2) : 0;
        return {
          from: point(edge(p, -way), across(p)),
          to: point(edge(p, way), across(p)),
          least: { from: point(along(p) - own, across(p)), to: point(along(p) + own, across(p)) },
        };
      }),
      last,
    ];
  });
  for (const { box, ends } of sides.values())
    spread(ends, across(box), (flat ? box.height : box.width) - 9);
  runs.forEach((own, i) => {
    const link = links[i];
    const others = [...boxes.values()].filter((box) => box.id !== link?.from && box.id !== link?.to);
    shorten(own, flat, [...others, ...laid.filter((_, k) => k !== i).map((one) => one.label)]);
  });
  return runs;
}

function layOut(map: CausalMap, links: MapLink[], direction: 'LR' | 'TB', text: number): Part {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: direction,
    nodesep: direction === 'LR' ? 18 : 14,
    edgesep: 12,
    ranksep: direction === 'LR' ? 64 : 48,
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
  const edges = links.map((link) =>
    graph.edge({ v: link.from, w: link.to, name: String(link.number) }),
  );
  const runs = route(
    boxes,
    links,
    edges.map((e) => ({
      points: (e.points ?? []) as Point[],
      label: { x: e.x ?? 0, y: e.y ?? 0, width: e.width ?? 0, height: e.height ?? 0 },
    })),
    direction,
  );
  const arrows = links.map((link, i): Arrow => {
    const edge = edges[i] ?? {};
    const points = (edge.points ?? []) as Point[];
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    return {
      link,
      runs: runs[i] ?? [],
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
    a.runs.forEach((run) => [run.from, run.to].forEach(shift));
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

/** Straight runs joined by bends that leave and enter them in their own direction. */
function routed(runs: Run[]): { path: string; head: string } {
  const last = runs[runs.length - 1];
  if (!last) return { path: '', head: '' };
  const flat = last.from.y === last.to.y;
  const tip = last.to;
  const back = Math.sign(flat ? last.from.x - tip.x : last.from.y - tip.y) * HEAD;
  const base = flat ? { x: tip.x + back, y: tip.y } : { x: tip.x, y: tip.y + back };
  const at = (p: Point): string => `${p.x.toFixed(1)},${p.y.toFixed(1)}`;
  let text = '';
  runs.forEach((run, i) => {
    const before = runs[i - 1]?.to;
    if (before) {
      const [c1, c2] = pulls(before, run.from, flat);
      text += `C${at(c1)} ${at(c2)} ${at(run.from)}`;
    } else text = `M${at(run.from)}`;
    text += `L${at(run === last ? base : run.to)}`;
  });
  const wing = (s: number): string =>
    at(flat ? { x: base.x, y: base.y + (s * HEAD) / 1.9 } : { x: base.x + (s * HEAD) / 1.9, y: base.y });
  return { path: text, head: `M${at(tip)}L${wing(1)}L${wing(-1)}Z` };
}

/** A line along points up to the arrowhead, through its label, and the head's three corners. */
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
  const { path, head } = arrow.runs.length > 0 ? routed(arrow.runs) : shape(arrow.points, arrow.at);
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
