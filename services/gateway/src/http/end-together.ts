import type { ServerResponse } from "node:http";

interface Answer {
  res: ServerResponse;
  payload: string;
}

/** No answer waits until more than so many are made. */
const mostTogether = 16;

let ready: Answer[] = [];

/**
 * Ends an answer with the others that this turn of the event loop makes, when they are made. A write wakes whoever reads at the other end, which
 * costs more than all else that a small request takes; answers that follow each other closely wake their reader once. Redis writes its
 * replies like this. An answer that is alone in its turn waits for nothing.
 */
export function endTogether(res: ServerResponse, payload: string): void {
  ready.push({ res, payload });
  if (ready.length === mostTogether) endAll();
  else if (ready.length === 1) setImmediate(endAll);
}

function endAll(): void {
  const answers = ready;
  ready = [];
  for (const { res, payload } of answers) res.end(payload);
}
