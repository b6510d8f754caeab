import type { TextItem } from "./pdf-text.ts";

/** What was put upon a page, as pdf.js gives it. Places are in points from the page's left and foot. */
export interface PdfAnnotation {
  subtype?: string;
  /** Left, foot, right, head. */
  rect?: readonly number[];
  annotationFlags?: number;
  fieldType?: string;
  fieldValue?: unknown;
  /** What the field is for, in words for readers. */
  alternativeText?: string;
  options?: readonly { exportValue?: unknown; displayValue?: unknown }[] | null;
  password?: boolean;
  checkBox?: boolean;
  radioButton?: boolean;
  exportValue?: unknown;
  buttonValue?: unknown;
  contentsObj?: { str?: unknown };
}

/**
 * The text of a page with what was filled into its forms and written upon it, which its own text lacks: a value stands behind its label, a
 * mark before it, anything else on lines of its own. Notes that open on a click, and hidden fields, are left out.
 */
export function withAnnotations(items: readonly TextItem[], annotations: readonly PdfAnnotation[]): TextItem[] {
  const result = [...items];
  for (const annotation of annotations) {
    const [left = 0, foot = 0, right = 0, head = 0] = annotation.rect ?? [];
    const box = { left, foot, right, head };
    if (right <= left || ((annotation.annotationFlags ?? 0) & unseen) !== 0) continue;
    const mark = markOf(annotation);
    const text = mark === undefined ? textOf(annotation) : "";
    if (mark !== undefined) addMark(result, mark, box);
    else if (text !== "") addText(result, text, { box, annotation });
  }
  return result;
}

/** Flags of the PDF standard: hidden, and not shown on a screen. */
const unseen = 2 | 32;

interface Box {
  left: number;
  foot: number;
  right: number;
  head: number;
}

function markOf({ fieldType, checkBox, radioButton, fieldValue, exportValue, buttonValue }: PdfAnnotation): string | undefined {
  if (fieldType !== "Btn" || (checkBox !== true && radioButton !== true)) return undefined;
  const isOn =
    typeof fieldValue === "string" && fieldValue !== "Off" && fieldValue === (checkBox === true ? exportValue : buttonValue);
  return isOn ? "☑" : "☐";
}

function textOf({ subtype, fieldType, fieldValue, options, password, contentsObj }: PdfAnnotation): string {
  if (subtype === "FreeText") return cleaned([contentsObj?.str]);
  if (subtype !== "Widget" || password === true || (fieldType !== "Tx" && fieldType !== "Ch")) return "";
  const values: unknown[] = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  return cleaned(values.map((value) => options?.find(({ exportValue }) => exportValue === value)?.displayValue ?? value));
}

const longest = 10_000;

function cleaned(values: readonly unknown[]): string {
  const text = values.filter((value) => typeof value === "string").join(", ");
  return text
    .slice(0, longest)
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/\n\s*\n/g, "\n")
    .trim();
}

/** A label stands no further from its field, in points. */
const farthest = 250;
/** A label may reach a little into its field's box. */
const overlap = 6;

/** Where an item of text that runs to the right begins and ends; undefined for blanks and for text that runs elsewhere. */
function spanOf({ str, transform, width }: TextItem): { start: number; end: number; y: number } | undefined {
  const [a = 1, b = 0, , , x = 0, y = 0] = transform;
  return str.trim() === "" || a <= 0 || b !== 0 ? undefined : { start: x, end: x + width, y };
}

/** The item at the height of a box that is nearest to it by what `distance` gives; too far away is below -overlap and above farthest. */
function nearest(
  items: readonly TextItem[],
  box: Box,
  distance: (span: { start: number; end: number }) => number,
): number | undefined {
  let [found, least]: [number | undefined, number] = [undefined, farthest];
  for (const [i, item] of items.entries()) {
    const span = spanOf(item);
    if (span === undefined || span.y < box.foot - item.height / 2 || span.y > box.head) continue;
    const apart = distance(span);
    if (apart >= -overlap && apart < least) [found, least] = [i, apart];
  }
  return found;
}

function addMark(items: TextItem[], mark: string, box: Box): void {
  const at = nearest(items, box, ({ start }) => start - box.right);
  const label = items[at ?? -1];
  if (at !== undefined && label !== undefined) items[at] = { ...label, str: `${mark} ${label.str.trimStart()}` };
}

function addText(items: TextItem[], text: string, { box, annotation }: { box: Box; annotation: PdfAnnotation }): void {
  const isField = annotation.subtype === "Widget";
  const at = isField ? nearest(items, box, ({ end }) => box.left - end) : undefined;
  const label = items[at ?? -1];
  if (at !== undefined && label !== undefined) {
    const width = box.right - (label.transform[4] ?? 0);
    items[at] = { ...label, str: `${label.str.trimEnd()} ${text.replaceAll("\n", " ")}`, width };
    return;
  }
  const name = isField ? (annotation.alternativeText?.trim() ?? "") : "";
  const lines = (name === "" ? text : `${name}: ${text}`).split("\n");
  const size = Math.min((box.head - box.foot) / lines.length, usualSize);
  const own = lines.map((str, i) => {
    const transform = [size, 0, 0, size, box.left, box.head - size * (i + 1)];
    return { str, hasEOL: true, transform, width: (str.length * size) / 2, height: size, dir: "ltr" };
  });
  const above = items.findLastIndex((item) => (spanOf(item)?.y ?? -Infinity) >= box.foot);
  const last = items[above];
  if (last !== undefined) items[above] = { ...last, hasEOL: true };
  items.splice(above + 1, 0, ...own);
}

/** Of letters, in points. */
const usualSize = 12;
