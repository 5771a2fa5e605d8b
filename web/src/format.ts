// Numbers and dates as a person reads them. The C side (src/report/prose.c) follows the same rules; both are held to
// tests/web/numbers.tsv.

/** 1,234.5 with a true minus sign; an en dash where there is no value. */
export function number(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const scaled = Math.floor(Math.abs(value) * 10 ** decimals + 0.5);
  const text = (scaled / 10 ** decimals).toFixed(decimals);
  const [whole = '0', part] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? '.' + part : '');
  return value < 0 && scaled > 0 ? '−' + grouped : grouped;
}

const RAISED: Record<string, string> = {
  '-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴',
  '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹',
};

/** " × 10⁻⁹" */
function power(exponent: number): string {
  return '\u00a0×\u00a010' + String(exponent).replace(/./g, (c) => RAISED[c] ?? c);
}

/** A value with three digits that count, whatever stands beside it: 1,234, 56.7, 0.0123; below 0.0001 and from 10¹⁵ on
 *  1.23 × 10⁻⁹. Nothing, and what is below `noise`, is "0". */
export function value(v: number | null, noise = 0): string {
  if (v === null || !Number.isFinite(v)) return '–';
  const a = Math.abs(v);
  if (a === 0 || a < noise) return '0';
  if (a < 1e-4 || a >= 1e15) {
    const [digits = '', exponent = '0'] = a.toExponential(2).split('e');
    return (v < 0 ? '−' : '') + digits + power(Number(exponent));
  }
  let decimals = 0;
  for (let least = 100; a < least; least /= 10) decimals++;
  return number(v, decimals);
}

/** The same with a plus sign. */
export function change(v: number | null, noise = 0): string {
  const text = value(v, noise);
  return v !== null && v > 0 && /[1-9]/.test(text) ? '+' + text : text;
}

const SHORT: [number, string][] = [
  [1e12, '\u00a0tn'],
  [1e9, '\u00a0bn'],
  [1e6, '\u00a0M'],
  [1, ''],
];

/** How the marks of one axis are written: all alike and told apart, large ones short (100 M, 2.5 bn), small ones by one
 *  power of ten. `step` is the distance between two. */
export function tickFormat(largest: number, step: number): (v: number) => string {
  const decimals = (unit: number): number => Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
  if (largest > 0 && (largest < 1e-3 || largest >= 1e15)) {
    const exponent = Math.floor(Math.log10(largest) + 1e-9);
    const d = Math.min(20, decimals(10 ** exponent));
    return (v) => (v === 0 ? '0' : number(v / 10 ** exponent, d) + power(exponent));
  }
  const [unit, name] = SHORT.find(([least]) => largest >= least) ?? [1, ''];
  const d = Math.min(9, decimals(unit));
  return (v) => (v === 0 ? '0' : number(v / unit, d) + name);
}

export function percent(share: number | null): string {
  if (share === null) return '–';
  const p = share * 100;
  if (p > 0 && p < 1) return '< 1\u00a0%';
  if (p < 100 && p > 99) return '> 99\u00a0%';
  return `${Math.round(p)}\u00a0%`;
}

/** "2025-01-06" as milliseconds, at midnight UTC: no time zone may move a date. */
export function dateOf(iso: string): number {
  return Date.parse(iso + 'T00:00:00Z');
}
