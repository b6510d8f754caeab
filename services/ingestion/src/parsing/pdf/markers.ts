import type { PdfLine } from "./pdf-text.ts";

const marker = /^(?:[-–—•·▪◦‣❖✓→☐☒*]|\p{N}{1,4}[.)]|\p{L}\))$/u;
/** Furthest from its text that the number or bullet of a list stands, in sizes of the letters. */
const furthest = 4;

/** On one page; each is looked for among all lines. */
const mostMarkers = 500;

/** Lines with the numbers and bullets of lists in front of their texts; some programs draw them all at the end of the page. */
export function withMarkers(lines: readonly PdfLine[]): PdfLine[] {
  const markers = lines.filter(({ text }) => marker.test(text.trim()));
  if (markers.length === 0 || markers.length > mostMarkers) return [...lines];
  const placed = new Map<PdfLine, PdfLine>();
  for (const mark of markers) {
    const text = lines.find((line) => !placed.has(line) && isBeside(mark, line));
    if (text !== undefined) placed.set(text, mark);
  }
  const used = new Set(placed.values());
  return lines.flatMap((line) => {
    if (used.has(line)) return [];
    const mark = placed.get(line);
    return mark === undefined
      ? [line]
      : [{ ...line, text: `${mark.text.trim()} ${line.text.trimStart()}`, start: Math.min(mark.start, line.start) }];
  });
}

function isBeside(mark: PdfLine, line: PdfLine): boolean {
  // A text that runs to the left has its mark to its right; its own places are mirrored, and those of the mark are not.
  const gap = line.start < 0 && mark.start > 0 ? mark.start + line.start : line.start - mark.end;
  return Math.abs(line.y - mark.y) < line.size / 3 && gap >= 0 && gap <= furthest * line.size && !marker.test(line.text.trim());
}
