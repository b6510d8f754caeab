import { UnreadableError, type ParseRequest } from "./parse-request.ts";
import { readDocument } from "./read-document.ts";

// Runs in a process of its own, which its parent kills when a document takes too much time or memory. One document at a time.
process.on("message", (request: ParseRequest) => {
  void answer(request);
});
process.on("disconnect", () => process.exit());
// Reading a damaged PDF leaves promises that fail and that nobody waits for, beside the one that tells.
process.on("unhandledRejection", () => {});

async function answer(request: ParseRequest): Promise<void> {
  try {
    process.send?.(await readDocument(request));
  } catch (error) {
    const failure = error instanceof UnreadableError ? error.message : "The document is damaged and cannot be read";
    process.send?.({ failure });
  }
}
