// Axes drawn from d3 scales. Plain functions that return SVG groups; no state.
//
// Labels never run together and are never cut: as many marks are taken as their labels, measured, have room for, and the
// margin on the left is as wide as the widest.
import type { ScaleLinear, ScaleTime } from 'd3-scale';
import { svg, textWidth } from '../dom';
import { tickFormat } from '../format';

export type Linear = ScaleLinear<number, number>;
export type Time = ScaleTime<number, number>;

const SIZE = 11; // of the labels, as in charts.css
const BETWEEN = 8; // pixels from one label to the next
const DAY = 864e5;

interface Label {
  x: number; // of the mark
  at: number; // of the label's middle, moved where it would stick out
  text: string;
  width: number;
}

/** Labels of the most marks that have room side by side within `right` pixels: of the scale's own sets the first that fits
 *  with two marks or more, else every second, third ... mark of one. */
function fitting<T>(
  most: number,
  ticksOf: (n: number) => T[],
  textsOf: (ticks: T[]) => string[],
  place: (tick: T) => number,
  right: number,
): Label[] {
  const labelsOf = (ticks: T[]): Label[] => {
    const texts = textsOf(ticks);
    return ticks.map((tick, i) => {
      const text = texts[i] ?? '';
      const width = textWidth(text, SIZE);
      const x = place(tick);
      return { x, at: Math.max(width / 2 + 1, Math.min(x, right - width / 2 - 1)), text, width };
    });
  };
  const fits = (labels: Label[]): boolean => labels.every((l, i) => i === 0 || free(labels[i - 1], l));
  const sets = Array.from({ length: most }, (_, i) => ticksOf(most - i));
  for (let stride = 1; stride <= 12; stride++)
    for (const set of sets) {
      const labels = labelsOf(set.filter((_, i) => i % stride === 0));
      if (labels.length > 1 && fits(labels)) return labels;
    }
  return labelsOf(sets[sets.length - 1]?.slice(0, 1) ?? []);
}

function free(before: Label | undefined, l: Label): boolean {
  return !before || before.at + before.width / 2 + BETWEEN <= l.at - l.width / 2;
}

function bottom([a = 0, b = 0]: number[], labels: Label[], y: number, top: number): SVGGElement {
  return svg(
    'g',
    { class: 'axis' },
    svg('line', { x1: a, x2: b, y1: y, y2: y }),
    ...labels.flatMap(({ x, at, text }) => [
      svg('line', { class: 'grid', x1: x, x2: x, y1: top, y2: y }),
      svg('line', { x1: x, x2: x, y1: y, y2: y + 4 }),
      svg('text', { x: at, y: y + 16, 'text-anchor': 'middle' }, text),
    ]),
  );
}

/** Years where all marks begin one, months where all begin one, else days. */
function dateTexts(ticks: Date[]): string[] {
  const isFirst = ticks.every((t) => t.getUTCDate() === 1);
  const isYear = isFirst && ticks.every((t) => t.getUTCMonth() === 0);
  return ticks.map((t) => t.toISOString().slice(0, isYear ? 4 : isFirst ? 7 : 10));
}

/** Dates along the bottom; `width` is that of the picture. */
export function dateAxis(scale: Time, y: number, top: number, width: number): SVGGElement {
  const labels = fitting(
    6,
    (n) => {
      const days = scale.ticks(n).filter((t) => t.getTime() % DAY === 0); // no hours
      return days.length > 0 ? days : scale.domain().slice(0, 1);
    },
    dateTexts,
    (t) => scale(t),
    width,
  );
  return bottom(scale.range(), labels, y, top);
}

function stepOf(ticks: number[]): number {
  return ticks.length > 1 ? Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0)) : Math.abs(ticks[0] ?? 1) || 1;
}

function textsOf(ticks: number[]): string[] {
  return ticks.map(tickFormat(Math.max(...ticks.map(Math.abs)), stepOf(ticks)));
}

/** Where the plot begins, so that the labels up its left side have room; no less than `least`. */
export function leftMargin(scale: Linear, n = 4, least = 64): number {
  return Math.max(least, Math.ceil(Math.max(0, ...textsOf(scale.ticks(n)).map((t) => textWidth(t, SIZE)))) + 9);
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
  const texts = text ? ticks.map(text) : textsOf(ticks);
  const g = svg('g', { class: 'axis' });
  ticks.forEach((t, i) => {
    const y = scale(t);
    g.append(
      svg('line', { class: 'grid', x1: x, x2: right, y1: y, y2: y }),
      svg('text', { x: x - 5, y: y + 4, 'text-anchor': 'end' }, texts[i] ?? ''),
    );
  });
  return g;
}

/** Differences along the bottom; `width` is that of the picture. */
export function bottomAxis(scale: Linear, y: number, top: number, width: number): SVGGElement {
  const labels = fitting(
    8,
    (n) => scale.ticks(n),
    (ticks) => textsOf(ticks).map((text, i) => ((ticks[i] ?? 0) > 0 ? '+' : '') + text),
    (t) => scale(t),
    width,
  );
  return bottom(scale.range(), labels, y, top);
}

/** The date from which courses of action differ; its name stands where there is room for it. */
export function decisionMark(
  x: number,
  top: number,
  bottom: number,
  label: string,
  left: number,
): SVGGElement {
  const isBefore = x - 4 - textWidth(label, SIZE) >= left;
  return svg(
    'g',
    { class: 'decide' },
    svg('line', { x1: x, x2: x, y1: top, y2: bottom }),
    svg(
      'text',
      { x: isBefore ? x - 4 : x + 4, y: top + 10, 'text-anchor': isBefore ? 'end' : 'start' },
      label,
    ),
  );
}
