// Making elements, without a framework: tag, attributes, children.

export type Attrs = Record<string, string | number | undefined>;
export type Child = Node | string;

const SVG = 'http://www.w3.org/2000/svg';

function fill<E extends Element>(el: E, attrs: Attrs, children: Child[]): E {
  for (const [name, value] of Object.entries(attrs))
    if (value !== undefined) el.setAttribute(name, String(value));
  el.append(...children);
  return el;
}

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attrs: Attrs = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attrs, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attrs: Attrs = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attrs, children);
}

const FAMILY = "system-ui, 'DejaVu Sans', sans-serif"; // as in charts.css

/** Pixels that a text takes in the charts' letters of `size` pixels. */
export const textWidth = ((): ((text: string, size: number) => number) => {
  const context = document.createElement('canvas').getContext('2d');
  return (text, size) => {
    if (!context) return 0.6 * size * text.length;
    context.font = `${size}px ${FAMILY}`;
    return context.measureText(text).width;
  };
})();

/** The root of a chart: an image with one sentence for those who do not see it. */
export function picture(width: number, height: number, label: string): SVGSVGElement {
  return svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': label,
  });
}

/** Draws into `host` at its width, again when the width changes: text keeps its size, so that
 *  zoom and phones stay readable. */
export function responsive(host: HTMLElement, draw: (width: number) => Element): void {
  let last = 0;
  const redraw = (): void => {
    const width = Math.max(240, Math.floor(host.clientWidth));
    if (width === last) return;
    last = width;
    host.replaceChildren(draw(width));
  };
  redraw();
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(redraw).observe(host);
}
