import { getDocumentProxy, getMeta } from "unpdf";
import { UnreadableError, type Parsed } from "./parse-request.ts";

const mostPages = 2_000;

/** Text of a PDF, page by page; scanned pages have none. @throws UnreadableError */
export async function readPdf(bytes: Uint8Array): Promise<Parsed> {
  const document = await opened(bytes);
  if (document.numPages > mostPages) throw new UnreadableError(`The PDF has more than ${mostPages.toLocaleString("en")} pages`);
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(pageText(items.filter((item) => "str" in item)));
    page.cleanup();
  }
  const text = pages.filter((page) => page !== "").join("\n\n");
  if (text === "") throw new UnreadableError("There is no text in the PDF; scanned pages cannot be read");
  return { title: await titleOf(document), text };
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

async function opened(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), { useSystemFonts: false, verbosity: 0 });
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
  return typeof title === "string" ? title.trim().slice(0, 300) : "";
}

interface TextItem {
  str: string;
  hasEOL: boolean;
  /** Matrix; the last is the height above the page's foot. */
  transform: number[];
  height: number;
}

/** Lines of a page, with a blank line where the gap is wider than between two lines of a paragraph. */
function pageText(items: readonly TextItem[]): string {
  const lines: string[] = [];
  let line = "";
  let lastY: number | undefined;
  for (const { str, hasEOL, transform, height } of items) {
    const y = Number(transform[5]);
    if (line === "" && lastY !== undefined && height > 0 && lastY - y > height * 1.9) lines.push("");
    line += str;
    if (str.trim() !== "") lastY = y;
    if (!hasEOL) continue;
    lines.push(line.trimEnd());
    line = "";
  }
  lines.push(line.trimEnd());
  return unhyphenated(lines.join("\n"))
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/** Words that were divided at the end of a line are one again. */
function unhyphenated(text: string): string {
  return text.replaceAll(/(\p{Ll})[-\u00ad]\n(\p{Ll})/gu, "$1$2");
}
