import { decodeText } from "./decode-text.ts";
import { documentKind, mediaType } from "./document-kind.ts";
import { UnreadableError, type Parsed, type ParseRequest } from "./parse-request.ts";

/** Reads a document of any kind that can be read. Each reader is loaded when it is first wanted. @throws UnreadableError */
export async function readDocument(request: ParseRequest): Promise<Parsed> {
  const { bytes, contentType } = request;
  if (bytes.byteLength === 0) throw new UnreadableError("The document is empty");
  const kind = documentKind(bytes, contentType);
  switch (kind) {
    case "html":
      return (await import("./read-html.ts")).readHtml(request);
    case "pdf":
      return (await import("./read-pdf.ts")).readPdf(bytes);
    case "docx":
      return (await import("./read-docx.ts")).readDocx(bytes);
    case "text":
      return readText(decodeText(bytes, { contentType }));
    case undefined:
      break;
  }
  throw new UnreadableError(`Documents of this kind cannot be read (${mediaType(contentType).slice(0, 80) || "unknown"})`);
}

function readText(text: string): Parsed {
  if (text.trim() === "") throw new UnreadableError("There is no text in it");
  return { title: "", text };
}
