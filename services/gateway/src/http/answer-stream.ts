import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { answering } from "@parlance/contracts";
import { endTogether } from "./end-together.ts";
import { writePiece } from "./write-piece.ts";

type Events = AsyncIterable<answering.AnswerResponse>;

/**
 * Writes an answer as it is made: raw pieces of text, each flushed as it comes. The head goes out with the first piece, or at the end of an
 * answer without any, so that a failure before can still be an error. A reader that is slower than the model holds the model back.
 * @throws what the events throw; DisconnectedError when the client leaves or reads nothing for so long.
 */
export async function streamAnswer(events: Events, res: ServerResponse, slowReaderTimeoutMs: number): Promise<void> {
  // Nginx would collect the whole answer first.
  res.setHeader("X-Accel-Buffering", "no");
  for await (const { event } of events) {
    if (event.case === "started") announce(res, event.value);
    if (event.case !== "delta" || event.value.text === "") continue;
    if (!res.headersSent) beginText(res);
    await writePiece(res, event.value.text, slowReaderTimeoutMs);
    // Node sends what was written when the work that is ready is done, which can be the rest of the answer and its storing.
    await nextTurn();
  }
  if (!res.headersSent) beginText(res);
  res.end();
}

/** Writes a whole answer at once; its cost is known by then. */
export async function collectAnswer(events: Events, res: ServerResponse): Promise<void> {
  const pieces: string[] = [];
  for await (const { event } of events) {
    if (event.case === "started") announce(res, event.value);
    else if (event.case === "delta") pieces.push(event.value.text);
    else if (event.case === "completed") res.setHeader("X-Cost-Credits", event.value.costCredits);
  }
  const text = pieces.join("");
  res.setHeader("Content-Length", Buffer.byteLength(text));
  beginText(res);
  endTogether(res, text);
}

function announce(res: ServerResponse, started: answering.AnswerStarted): void {
  res.setHeader("X-Conversation-Id", headerText(started.conversationId));
  if (started.silentReason !== "") res.setHeader("X-Bot-Silent", started.silentReason);
}

/** Printable ASCII as it is; anything else percent-encoded, because a header cannot hold it. */
export function headerText(value: string): string {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) ? value : encodeURIComponent(value);
}

function beginText(res: ServerResponse): void {
  res.statusCode = 200;
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
}
