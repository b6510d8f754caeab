import mammoth from "mammoth";
import { htmlToText } from "./html-to-text.ts";
import { UnreadableError, type Parsed } from "./parse-request.ts";

/** Text of a Word document; images are not read. @throws UnreadableError */
export async function readDocx(bytes: Uint8Array): Promise<Parsed> {
  let html: string;
  try {
    const noImages = mammoth.images.imgElement(async () => ({ src: "" }));
    ({ value: html } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes) },
      { convertImage: noImages, externalFileAccess: false },
    ));
  } catch (error) {
    throw new UnreadableError("The Word document is damaged or of a kind that cannot be read", { cause: error });
  }
  const text = htmlToText(html);
  if (text === "") throw new UnreadableError("There is no text in the document");
  return { title: /^#+ (.+)/.exec(text)?.[1]?.trim() ?? "", text };
}
