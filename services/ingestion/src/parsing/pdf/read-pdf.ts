import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { getDocument, OPS, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { withAnnotations, type PdfAnnotation } from "./annotations.ts";
import { asDrawn, glyphsDrawn, mayDivideWords, softHyphen, type DrawnGlyph } from "./drawn.ts";
import { linesOf } from "./lines.ts";
import type { PdfLine, TextItem } from "./pdf-text.ts";
import { repairedPdfs } from "./repair.ts";
import { linesByTags, unitsOf, type TaggedItem } from "./tags.ts";
import { textOfPages } from "./text.ts";
import { UnreadableError, type Parsed } from "../parse-request.ts";

const mostPages = 2_000;
const require = createRequire(import.meta.url);
/** What the characters of fonts for Chinese, Japanese and Korean stand for, where a PDF only names the table. */
const cMapUrl = join(dirname(require.resolve("pdfjs-dist/package.json")), "cmaps", sep);

/** Text of a PDF, page by page; scanned pages have none, and those that are damaged are left out. @throws UnreadableError */
export async function readPdf(bytes: Uint8Array): Promise<Parsed> {
  let best: Read | undefined;
  let failure: unknown;
  try {
    best = await readPages(bytes);
  } catch (error) {
    if (!(error instanceof UnreadableError) || !mayBeRepaired.has(error.message)) throw error;
    failure = error;
  }
  // Behind an entry that leads nowhere, no more pages are found.
  if (best === undefined || best.isLastDamaged) best = (await readRepaired(bytes, best?.pages ?? 0)) ?? best;
  if (best === undefined) throw failure;
  const { title, text, damagedPages } = best;
  return { title, text, ...(damagedPages > 0 && { damagedPages }) };
}

/** The first repair that gives more pages than there were. */
async function readRepaired(bytes: Uint8Array, pages: number): Promise<Read | undefined> {
  for (const repaired of repairedPdfs(bytes)) {
    const read = await readPages(repaired.bytes).catch(() => undefined);
    if (read === undefined || read.pages <= pages) continue;
    // Text may be lost with the end, and pages where nothing says how many there were.
    const said = repaired.pages ?? read.pages + 1;
    return { ...read, damagedPages: Math.max(read.damagedPages, said - read.pages) };
  }
  return undefined;
}

interface Read {
  title: string;
  text: string;
  /** Those that gave text. */
  pages: number;
  damagedPages: number;
  isLastDamaged: boolean;
}

/** @throws UnreadableError */
async function readPages(bytes: Uint8Array): Promise<Read> {
  const document = await opened(bytes);
  if (document.numPages > mostPages) throw new UnreadableError(`The PDF has more than ${mostPages.toLocaleString("en")} pages`);
  if (document.numPages < 1) throw new UnreadableError(hasNoPages);
  const known: Known = {
    layers: await layersOf(document),
    isTagged: await isTagged(document),
    characters: { all: 0, nameless: 0 },
    looked: 0,
    hasSoftHyphens: false,
  };
  const pages: PdfLine[][] = [];
  let damagedPages = 0;
  let isLastDamaged = false;
  for (let number = 1; number <= document.numPages; number++) {
    const lines = await document
      .getPage(number)
      .then((page) => linesOfPage(page, known).finally(() => page.cleanup()))
      .catch(() => undefined);
    isLastDamaged = lines === undefined;
    if (isLastDamaged) damagedPages++;
    pages.push(lines ?? []);
  }
  if (known.characters.nameless > known.characters.all * mostNameless) throw new UnreadableError(hasNoLetters);
  const text = textOfPages(pages);
  if (text === "") throw new UnreadableError(damagedPages > 0 ? isDamaged : hasNoText);
  return {
    title: (await titleOf(document)) || (/^## (.+)/.exec(text)?.[1] ?? ""),
    text,
    pages: pages.filter((lines) => lines.length > 0).length,
    damagedPages,
    isLastDamaged,
  };
}

const isDamaged = "The PDF is damaged and cannot be read";
const hasNoText = "There is no text in the PDF; scanned pages cannot be read";
const hasNoLetters = "The PDF does not say what the letters of its text are; save it anew, or as .docx";
const hasNoPages = "The PDF has no pages";
const mayBeRepaired = new Set([isDamaged, hasNoPages]);

/** Share of characters that are numbers of glyphs, of which the others are then, too. */
const mostNameless = 0.2;

type Page = Awaited<ReturnType<PDFDocumentProxy["getPage"]>>;
type Layers = Awaited<ReturnType<PDFDocumentProxy["getOptionalContentConfig"]>>;

/** The layers of a document; undefined when all of them are shown. */
async function layersOf(document: PDFDocumentProxy): Promise<Layers | undefined> {
  const layers = await document.getOptionalContentConfig().catch(() => undefined);
  return layers !== undefined && [...layers].some(([, { visible }]) => !visible) ? layers : undefined;
}

/** What is known of a document whose pages are read one after the other. */
interface Known {
  layers: Layers | undefined;
  isTagged: boolean;
  /** Characters of its pages, and those among them that are none of any text. */
  characters: { all: number; nameless: number };
  /** Pages whose glyphs were looked through for soft hyphens. */
  looked: number;
  hasSoftHyphens: boolean;
}

/** A program calls its hyphens so on all pages or on none, and to look through glyphs takes as long as to read the text. */
const mostLooked = 3;

async function linesOfPage(page: Page, known: Known): Promise<PdfLine[]> {
  const items = withAnnotations(await itemsOf(page, known), await annotationsOf(page));
  if (!known.isTagged) return linesOf(items);
  const tags = await page.getStructTree().catch(() => null);
  return tags === null ? linesOf(items) : linesByTags(items, unitsOf(tags));
}

/** Whether the program that wrote a document says what its parts are. */
async function isTagged(document: PDFDocumentProxy): Promise<boolean> {
  // A map, whatever its types say.
  const info: unknown = await document.getMarkInfo().catch(() => null);
  return info instanceof Map && info.get("Marked") === true;
}

async function itemsOf(page: Page, known: Known): Promise<TextItem[]> {
  const { items } = await page.getTextContent({ includeMarkedContent: known.isTagged });
  const pieces = known.isTagged ? withContentIds(items) : items.filter((item) => "str" in item);
  countCharacters(pieces, known.characters);
  const mayDivide = (known.hasSoftHyphens || known.looked < mostLooked) && mayDivideWords(pieces);
  if (!mayDivide && known.layers === undefined) return pieces;
  const glyphs = await glyphsOf(page, known.layers);
  if (mayDivide) known.looked++;
  known.hasSoftHyphens ||= glyphs.some(({ text }) => text === softHyphen);
  return asDrawn(pieces, glyphs);
}

function countCharacters(items: readonly TextItem[], counts: Known["characters"]): void {
  for (const { str } of items) {
    counts.all += str.length;
    // eslint-disable-next-line no-control-regex
    counts.nameless += str.match(/[\u0000-\u0008\u000e-\u001f\u007f]/g)?.length ?? 0;
  }
}

type Content = Awaited<ReturnType<Page["getTextContent"]>>["items"];

/** Pieces of text with the id of the content around them. */
function withContentIds(items: Content): TaggedItem[] {
  const ids: (string | undefined)[] = [];
  return items.flatMap((item) => {
    if ("str" in item) return [{ ...item, contentId: ids.at(-1) }];
    if (item.type === "endMarkedContent") ids.pop();
    else ids.push(item.id ?? ids.at(-1));
    return [];
  });
}

/** None for a page whose annotations are damaged. */
async function annotationsOf(page: Page): Promise<PdfAnnotation[]> {
  try {
    return (await page.getAnnotations()) as PdfAnnotation[];
  } catch {
    return [];
  }
}

/** None for a page that cannot be drawn. */
async function glyphsOf(page: Page, layers: Layers | undefined): Promise<DrawnGlyph[]> {
  try {
    return glyphsDrawn(await page.getOperatorList(), OPS, (layer) => layers?.isVisible(layer) !== false);
  } catch {
    return [];
  }
}

async function opened(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  try {
    const task = getDocument({
      data: new Uint8Array(bytes),
      useSystemFonts: false,
      verbosity: 0,
      cMapUrl,
      cMapPacked: true,
      // Nobody looks at images, which may take more memory than there is.
      maxImageSize: 0,
    });
    return await task.promise;
  } catch (error) {
    const locked = error instanceof Error && error.name === "PasswordException";
    throw new UnreadableError(locked ? "The PDF is protected by a password" : isDamaged, {
      cause: error,
    });
  }
}

async function titleOf(document: PDFDocumentProxy): Promise<string> {
  const { info = {} } = await document.getMetadata().catch(() => ({ info: undefined }));
  const title: unknown = "Title" in info ? info.Title : undefined;
  return typeof title === "string" && !nameOfFile.test(title) ? title.trim().slice(0, 300) : "";
}

/** What programs write for a title that nobody gave. */
const nameOfFile =
  /^\s*(?:untitled|\((?:anonymous|unspecified)\)$|microsoft word|[a-z]:\\)|\.(?:docx?|wpd|rtf|odt|tex|dvi|indd|pub|xlsx?|pptx?|pdf|ps)\b/i;
