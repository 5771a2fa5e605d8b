// Numbers and dates as a person reads them. The C side (src/report/text.c) follows the same rules.

/** Decimals that suit a group of values of this size. */
export function decimalsFor(largest: number): number {
  const a = Math.abs(largest);
  if (!(a > 0) || a >= 100) return 0;
  if (a >= 10) return 1;
  return a >= 1 ? 2 : 3;
}

/** 1,234.5 with a true minus sign; an en dash where there is no value. */
export function number(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', part] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? '.' + part : '');
  return value < 0 && /[1-9]/.test(text) ? '−' + grouped : grouped;
}

export function signed(value: number | null, decimals: number): string {
  const text = number(value, decimals);
  return value !== null && value > 0 && /[1-9]/.test(text) ? '+' + text : text;
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
