// The figures that src/report/json.c writes into the page. Arrays are slowest first; null stands
// for "no value" (no finite run).

export interface Quantiles {
  p05: (number | null)[];
  p25: (number | null)[];
  p50: (number | null)[];
  p75: (number | null)[];
  p95: (number | null)[];
}

export interface Paired {
  n: number;
  mean: number | null;
  p05: number | null;
  p50: number | null;
  p95: number | null;
  share_better: number | null;
  low: number | null;
  high: number | null;
  verdict: -1 | 0 | 1; // worse, not told, better
}

export interface Outcome {
  id: string;
  name: string;
  unit: string;
  series_unit: string;
  group: string;
  direction: -1 | 0 | 1;
  noise: number; // below it a value is nothing
}

export interface Observed {
  id: string;
  name: string;
  outcome: number;
  dates: string[];
  values: (number | null)[];
}

export interface Hypothesis {
  id: string;
  question: string;
  answers: { id: string; name: string; cell: number | null }[];
}

export interface ReportData {
  format: 1;
  decide_on: string;
  dates: string[]; // [n_time]
  i_decide: number; // points before it are the shared history
  profiles: { label: string; name: string }[]; // 0 is the reference
  outcomes: Outcome[];
  history: Quantiles[]; // [outcome], arrays of i_decide points
  future: Quantiles[][]; // [profile][outcome], arrays of the points after
  observed: Observed[];
  paired: (Paired | null)[][]; // [profile][outcome]; null for the reference
  regimes: { id: string; name: string }[];
  regime_share: (number | null)[][][]; // [profile][regime][time]
  hypotheses: Hypothesis[];
  cell_paired: (Paired | null)[][][]; // [cell][profile][outcome]
}

/** The data block of this page; null where it has no figures (a page of documents' maps). */
export function readData(): ReportData | null {
  const data = JSON.parse(
    document.getElementById('data')?.textContent ?? 'null',
  ) as ReportData | null;
  if (data && data.format !== 1) throw new Error('the page holds no figures of format 1');
  return data;
}
