import { createLineJoiner } from "./hyphens.ts";
import type { PdfLine } from "./pdf-text.ts";
import { withoutRunningLines } from "./running-lines.ts";

/** The text of a PDF's pages: lines that were wrapped are paragraphs again, what stands out by its size is a heading. */
export function textOfPages(pages: readonly (readonly PdfLine[])[]): string {
  const bodySize = usualSize(pages);
  const join = createLineJoiner(() => pages.flatMap((page) => page.map(({ text }) => text.trim())));
  const pieces: string[] = [];
  let last: Placed | undefined;
  for (const lines of withoutRunningLines(pages, bodySize)) {
    const ends = columnEnds(lines);
    for (const line of lines) {
      const placed: Placed = {
        ...line,
        text: line.text.trim(),
        isHeading: isHeading(line, bodySize),
        column: ends.get(edge(line)) ?? 0,
      };
      if (placed.text === "") continue;
      const parted = last === undefined ? "" : separator(last, placed, lines[0] === line);
      const joined = parted === undefined ? join(pieces.pop() ?? "", placed.text) : undefined;
      if (joined !== undefined) pieces.push(joined.above);
      const isAlone = placed.isHeading && parted !== undefined;
      pieces.push(
        parted ?? joined?.between ?? "",
        isAlone ? `${"#".repeat(Math.max(placed.level ?? 0, 2))} ${placed.text}` : placed.text,
      );
      last = placed;
    }
  }
  return unhyphenated(pieces.join(""));
}

interface Placed extends PdfLine {
  isHeading: boolean;
  /** Where the longest line ends that begins at the same place. */
  column: number;
}

/** The size of most letters. */
function usualSize(pages: readonly (readonly PdfLine[])[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of pages.slice(0, 100).flat()) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  return [...letters].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0])[0];
}

const headingShare = 1.15;
const longestHeading = 120;

function isHeading({ size, text, isRow, level }: PdfLine, bodySize: number): boolean {
  return (level !== undefined || size >= bodySize * headingShare) && text.length <= longestHeading && !isRow && /\p{L}/u.test(text);
}

/** Lines that begin within a few points of each other make a column. */
function edge({ start }: PdfLine): number {
  return Math.round(start / 4);
}

function columnEnds(lines: readonly PdfLine[]): Map<number, number> {
  const ends = new Map<number, number>();
  for (const line of lines) {
    if (!line.isRow) ends.set(edge(line), Math.max(ends.get(edge(line)) ?? -Infinity, line.end));
  }
  return ends;
}

/** A gap of more than this, in sizes of the letters, divides paragraphs. */
const paragraphGap = 1.9;

/** What stands between two lines; undefined when they are parts of one paragraph. */
function separator(above: Placed, below: Placed, isNewPage: boolean): "\n" | "\n\n" | undefined {
  const size = Math.max(above.size, below.size);
  const sameSize = Math.abs(above.size - below.size) < 0.1 * size;
  const moved = isNewPage || below.y > above.y + size / 2;
  const apart = moved || above.bottom - below.y > paragraphGap * size;
  // One that is tagged is whole already.
  const isOneHeading = above.isHeading && below.isHeading && (above.level ?? below.level) === undefined && sameSize && !apart;
  if (above.isHeading || below.isHeading) return isOneHeading ? undefined : "\n\n";
  if (above.isRow || below.isRow) return above.isRow && below.isRow && !moved ? "\n" : "\n\n";
  // A sentence goes on in the next column, or on the next page.
  if (moved && sameSize && isUnfinished(above.text) && /^\p{Ll}/u.test(below.text)) return undefined;
  if (apart || !sameSize) return "\n\n";
  return !above.isLoose && !below.isLoose && isWrapped(above, below) ? undefined : "\n";
}

const listItem = /^(?:[-–—•·▪◦‣❖✓→☐☒*]\s|\p{N}{1,4}[.)]\s|\p{L}\)\s)/u;
/** Narrower columns hold addresses and lists, whose lines are no sentences. In sizes of the letters. */
const leastColumn = 14;

/** Whether a line ended only because the next word had no room on it. */
function isWrapped(above: Placed, below: Placed): boolean {
  const { size } = below;
  const indent = below.start - above.start;
  const indented = indent > size / 2 && !listItem.test(above.text);
  if (listItem.test(below.text) || indented) return false;
  const column = Math.max(above.column, below.column);
  const width = column - Math.min(above.start, below.start);
  if (width < leastColumn * size) return false;
  if (above.end > column - width / 3 && isUnfinished(above.text) && /^\p{Ll}/u.test(below.text)) return true;
  const word = unspaced.test(below.text) ? 1 : (below.text.split(" ", 1)[0]?.length ?? 0);
  const wordWidth = ((below.end - below.start) * word) / below.text.length;
  return above.end + wordWidth + size / 2 > column;
}

function isUnfinished(text: string): boolean {
  return !/[.!?:;。！？…]["'”’)\]]*$/u.test(text);
}

const unspaced = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

/** Words that were divided at the end of a line are one again. */
function unhyphenated(text: string): string {
  return text.replaceAll(/(\p{Ll})[-\u2010\u00ad]\n(\p{Ll})/gu, "$1$2").replaceAll(/\u00ad/g, "");
}
