import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { getDocumentProxy, getMeta, getResolvedPDFJS } from "unpdf";
import { withAnnotations, type PdfAnnotation } from "./pdf-annotations.ts";
import { linesOf, type PdfLine, type TextItem } from "./pdf-lines.ts";
import { mayHoldLigatures, withLigatures } from "./pdf-rtl.ts";
import { textOfPages } from "./pdf-text.ts";
import { UnreadableError, type Parsed } from "./parse-request.ts";

const mostPages = 2_000;
const require = createRequire(import.meta.url);
/** What the characters of fonts for Chinese, Japanese and Korean stand for, where a PDF only names the table. */
const cMapUrl = join(dirname(require.resolve("pdfjs-dist/package.json")), "cmaps", sep);

/** Text of a PDF, page by page; scanned pages have none. @throws UnreadableError */
export async function readPdf(bytes: Uint8Array): Promise<Parsed> {
  const document = await opened(bytes);
  if (document.numPages > mostPages) throw new UnreadableError(`The PDF has more than ${mostPages.toLocaleString("en")} pages`);
  if (document.numPages === 0) throw new UnreadableError("The PDF has no pages");
  const pages: PdfLine[][] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    pages.push(linesOf(withAnnotations(await itemsOf(page), await annotationsOf(page))));
    page.cleanup();
  }
  const text = textOfPages(pages);
  if (text === "") throw new UnreadableError("There is no text in the PDF; scanned pages cannot be read");
  return { title: (await titleOf(document)) || (/^## (.+)/.exec(text)?.[1] ?? ""), text };
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Pdf["getPage"]>>;

async function itemsOf(page: Page): Promise<TextItem[]> {
  const { items } = await page.getTextContent();
  const pieces = items.filter((item) => "str" in item);
  return mayHoldLigatures(pieces) ? withLigatures(pieces, await glyphsOf(page)) : pieces;
}

/** None for a page whose annotations are damaged. */
async function annotationsOf(page: Page): Promise<PdfAnnotation[]> {
  try {
    return (await page.getAnnotations()) as PdfAnnotation[];
  } catch {
    return [];
  }
}

/** What each glyph stands for, in the order drawn; none for a page that cannot be drawn. */
async function glyphsOf(page: Page): Promise<string[]> {
  const { OPS } = await getResolvedPDFJS();
  try {
    const { fnArray, argsArray } = await page.getOperatorList();
    const shown: unknown[] = argsArray.filter((_, i) => fnArray[i] === OPS.showText);
    return shown.flat(2).flatMap((glyph) => {
      const isGlyph = typeof glyph === "object" && glyph !== null && "unicode" in glyph;
      return isGlyph && typeof glyph.unicode === "string" ? [glyph.unicode] : [];
    });
  } catch {
    return [];
  }
}

async function opened(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), { useSystemFonts: false, verbosity: 0, cMapUrl, cMapPacked: true });
  } catch (error) {
    const locked = error instanceof Error && error.name === "PasswordException";
    throw new UnreadableError(locked ? "The PDF is protected by a password" : "The PDF is damaged and cannot be read", {
      cause: error,
    });
  }
}

async function titleOf(document: Pdf): Promise<string> {
  const meta = await getMeta(document).catch(() => undefined);
  const title: unknown = meta?.info["Title"];
  return typeof title === "string" && !nameOfFile.test(title) ? title.trim().slice(0, 300) : "";
}

/** What programs write for a title that nobody gave. */
const nameOfFile =
  /^\s*(?:untitled|\((?:anonymous|unspecified)\)$|microsoft word|[a-z]:\\)|\.(?:docx?|wpd|rtf|odt|tex|dvi|indd|pub|xlsx?|pptx?|pdf|ps)\b/i;
