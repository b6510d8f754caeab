import mammoth from "mammoth";
import { withChunks } from "./alt-chunks.ts";
import { docxParts } from "./parts.ts";
import { marks } from "./visible.ts";
import { htmlToText } from "../html/html-to-text.ts";
import { UnreadableError, type Parsed } from "../parse-request.ts";

/** Text of a Word document; images are not read. @throws UnreadableError */
export async function readDocx(bytes: Uint8Array): Promise<Parsed> {
  let html: string;
  let running: readonly string[];
  let chunks: ReadonlyMap<string, string>;
  try {
    const parts = await docxParts(bytes);
    ({ running, chunks } = parts);
    const noImages = mammoth.images.imgElement(async () => ({ src: "" }));
    ({ value: html } = await mammoth.convertToHtml(
      { buffer: parts.shown },
      { convertImage: noImages, externalFileAccess: false, styleMap: [...headingStyles, ...[...parts.headings].map(headingStyle)] },
    ));
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError("The Word document is damaged or of a kind that cannot be read", { cause: error });
  }
  const text = [htmlToText(withChunks(withChecks(withNumbers(withTopHeading(html))), chunks)), ...running]
    .filter((part) => part !== "")
    .join("\n\n");
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

function withTopHeading(html: string): string {
  if (html.includes("<h1>")) return html;
  return html.replaceAll(/<(\/?)h([2-6])>/g, (_, slash: string, level: string) => `<${slash}h${Number(level) - 1}>`);
}
