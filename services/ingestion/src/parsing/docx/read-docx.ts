import mammoth from "mammoth";
import { withChunks } from "./alt-chunks.ts";
import { docxParts, type DocxParts } from "./parts.ts";
import { marks } from "./visible.ts";
import { htmlToText } from "../html/html-to-text.ts";
import { joined } from "../html/page-parts.ts";
import { UnreadableError, type Parsed } from "../parse-request.ts";

/** Text of a Word document; images are not read. @throws UnreadableError */
export async function readDocx(bytes: Uint8Array): Promise<Parsed> {
  const pieces: string[] = [];
  let parts: DocxParts;
  try {
    parts = await docxParts(bytes);
    const noImages = mammoth.images.imgElement(async () => ({ src: "" }));
    const styleMap = [...headingStyles, ...[...parts.headings].map(headingStyle)];
    for await (const buffer of parts.shown) {
      const { value } = await mammoth.convertToHtml({ buffer }, { convertImage: noImages, externalFileAccess: false, styleMap });
      pieces.push(value);
    }
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError("The Word document is damaged or of a kind that cannot be read", { cause: error });
  }
  const hasTop = pieces.some((html) => html.includes("<h1>"));
  const { chunks, diagrams, running } = parts;
  const texts = pieces.map((html) => htmlToText(withChunks(withChecks(withNumbers(hasTop ? html : withTopHeading(html))), chunks)));
  const text = [joined(texts), ...diagrams, ...running].filter((part) => part !== "").join("\n\n");
  if (text === "") throw new UnreadableError("There is no text in the document");
  return { title: /^#+ (.+)/.exec(text)?.[1]?.trim() ?? "", text };
}

/** A title stands above the headings; Word gives both the first rank. */
const headingStyles = [
  "p[style-name='Title'] => h1:fresh",
  ...[1, 2, 3, 4, 5].map((level) => `p[style-name='Heading ${level}'] => h${level + 1}:fresh`),
  "p[style-name='Heading 6'] => h6:fresh",
];

function headingStyle([name, level]: readonly [string, number]): string {
  return `p[style-name='${name.replaceAll(/[\\']/g, "\\$&")}'] => h${Math.min(level + 1, 6)}:fresh`;
}

/** Items of lists are marked by their number as it is shown, and headings begin with theirs. */
function withNumbers(html: string): string {
  return html.replaceAll(numbered, (_, item: string | undefined, mark: string) =>
    item === undefined ? `${mark} ` : `<li data-shown-number="${mark.replaceAll('"', "")}">${item}`,
  );
}

const numbered = new RegExp(`(?:<li>((?:<[^<>]{1,50}>)*))?${marks[0]}([^${marks[1]}]{1,100})${marks[1]}`, "gu");

/** Boxes of forms, ticked or not. */
function withChecks(html: string): string {
  return html.replaceAll(/<input type="checkbox"( checked="checked")? \/>/g, (_, checked?: string) => (checked ? "☑" : "☐"));
}

/** Headings a rank higher, where nothing has the first. */
function withTopHeading(html: string): string {
  return html.replaceAll(/<(\/?)h([2-6])>/g, (_, slash: string, level: string) => `<${slash}h${Number(level) - 1}>`);
}
