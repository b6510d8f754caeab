import type { ServerResponse } from "node:http";
import { writePiece } from "./write-piece.ts";

/**
 * Answers 200 with a list that is written while it is read. A failure before the first item is an error as always; one after it cuts the
 * connection, because a list that only looks whole would be worse.
 */
export async function sendPages(
  res: ServerResponse,
  page: { total: number; conversations: AsyncIterable<object> },
  slowReaderTimeoutMs: number,
): Promise<void> {
  let written = 0;
  for await (const conversation of page.conversations) {
    if (written === 0) begin(res);
    await writePiece(res, `${written === 0 ? opening : ","}${JSON.stringify(conversation)}`, slowReaderTimeoutMs);
    written++;
  }
  if (written === 0) begin(res);
  res.end(`${written === 0 ? opening : ""}],"total":${page.total}}`);
}

const opening = '{"status":"success","conversations":[';

function begin(res: ServerResponse): void {
  res.statusCode = 200;
  res.setHeader("Content-Type", "application/json; charset=utf-8");
}
