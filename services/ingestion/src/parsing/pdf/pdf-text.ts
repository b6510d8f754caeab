/** A piece of text as pdf.js gives it, in points. */
export interface TextItem {
  str: string;
  hasEOL: boolean;
  /** Matrix; the first two are the direction of writing, the last two the place of its start, from the page's left and foot. */
  transform: number[];
  width: number;
  height: number;
  dir: string;
}

/** A line of text, or a cell of one. */
export interface PdfLine {
  text: string;
  /** Where it begins and ends in the direction of reading, in points; text that runs to the left is mirrored. */
  start: number;
  end: number;
  /** Above the page's foot. */
  y: number;
  /** The same of its last line, for a cell that has several. */
  bottom: number;
  /** Of its letters, in points. */
  size: number;
  /** Row of a table: its cells stand in the text, divided by bars. */
  isRow: boolean;
  /** Stands in parts that are far from each other, and is no line of a paragraph. */
  isLoose: boolean;
  /** Of a heading that is tagged as such: 1 to 6. */
  level?: number;
  /** Pieces that stand further apart than words mostly do, if there are several: cells of a table, or words of a justified line. */
  parts?: readonly PdfLine[];
}
