/** What was measured of one side, by name with its unit, such as "per second" or "CPU µs each". */
export type Figures = Readonly<Record<string, number>>;

/** One measured case beside its reference, which was measured in the same run. */
export interface Row {
  benchmark: string;
  /** What was done, in one line. */
  name: string;
  /** What is compared with the aim. */
  result: { value: number; of: string };
  aim?: { atLeast: number } | { atMost: number };
  ours: Figures;
  reference?: { name: string; figures: Figures };
  /** The same result of a program that does the least that can be done with the same libraries: how near the aim they let anybody come. */
  least?: { name: string; value: number };
}

export function meetsAim({ aim, result }: Row): boolean | undefined {
  if (aim === undefined) return undefined;
  return "atLeast" in aim ? result.value >= aim.atLeast : result.value <= aim.atMost;
}

/** A row as a person reads it: the result and its aim, then what both sides took. */
export function describeRow(row: Row): string {
  const { benchmark, name, result, ours, reference, least } = row;
  const lines = [
    `${benchmark}: ${name}`,
    `  ${round(result.value)} ${result.of}${describeAim(row)}`,
    `  ours        ${describeFigures(ours)}`,
  ];
  if (reference !== undefined) lines.push(`  reference   ${describeFigures(reference.figures)}  (${reference.name})`);
  if (least !== undefined) lines.push(`  least       ${round(least.value)} ${result.of}  (${least.name})`);
  return lines.join("\n");
}

function describeAim(row: Row): string {
  const { aim } = row;
  if (aim === undefined) return "";
  const text = "atLeast" in aim ? `at least ${aim.atLeast}` : `at most ${aim.atMost}`;
  return `, aim ${text}: ${meetsAim(row) === true ? "met" : "missed"}`;
}

function describeFigures(figures: Figures): string {
  return Object.entries(figures)
    .map(([unit, value]) => `${round(value)} ${unit}`)
    .join(", ");
}

/** Three digits that say something; more would pretend a precision that no machine gives. */
function round(value: number): string {
  if (!Number.isFinite(value)) return "no";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
