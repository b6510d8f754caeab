/** As much of a drawing as is asked here. */
export interface Drawing {
  querySelectorAll(selectors: string): Iterable<Label>;
  closest(selectors: string): object | null;
}

interface Label {
  textContent: string | null;
  closest(selectors: string): object | null;
}

/**
 * What a drawing says, line by line, such as the rooms on a plan; "" for nothing. Figures alone are the marks of an axis, and what stands in a
 * link or a button is a sign.
 */
export function labelsOf(drawing: Drawing): string {
  if (drawing.closest("a, button") !== null) return "";
  const labels = [...drawing.querySelectorAll("text, foreignObject")]
    .slice(0, mostLabels)
    .filter((label) => label.closest("defs, symbol") === null)
    .map((label) => (label.textContent ?? "").replaceAll(/\s+/g, " ").trim())
    .filter((label) => /\p{L}{2}/u.test(label));
  return [...new Set(labels)].join("\n");
}

/** In one drawing. */
const mostLabels = 500;
