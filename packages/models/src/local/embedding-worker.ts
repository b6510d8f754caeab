import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { EngineChoice, TextEngine } from "./engine.ts";
import { openNativeEngine } from "./native-engine.ts";
import { openWasmEngine } from "./wasm-engine.ts";

/** What a worker thread is told at its start. */
export interface WorkerSettings {
  native: "auto" | "never";
  priority: "interactive" | "background";
}

/** One text to embed; the answer carries its id. */
export interface WorkerTask {
  id: number;
  text: string;
}

export type WorkerAnswer =
  | { ready: EngineChoice }
  | { id: number; vector: Float32Array<ArrayBuffer> }
  | { id: number; failure: string };

const LOWEST_PRIORITY = 19;

async function serve(): Promise<void> {
  const port = parentPort;
  if (!port) {
    throw new Error("embedding-worker.ts runs in a worker thread only.");
  }
  const { native, priority } = workerData as WorkerSettings;
  if (priority === "background") {
    yieldToOthers();
  }
  const { engine, choice } = await openEngine(native);
  const answer = async (task: WorkerTask): Promise<void> => {
    const reply = await answerTo(engine, task);
    port.postMessage(reply, "vector" in reply ? [reply.vector.buffer] : []);
  };
  port.on("message", (task: WorkerTask) => void answer(task));
  port.postMessage({ ready: choice } satisfies WorkerAnswer);
}

async function answerTo(engine: TextEngine, { id, text }: WorkerTask): Promise<Exclude<WorkerAnswer, { ready: EngineChoice }>> {
  try {
    return { id, vector: new Float32Array(await engine.embed(text)) };
  } catch (error) {
    return { id, failure: nameOf(error) };
  }
}

/**
 * On Linux a priority belongs to a thread, so training gives way to whatever a visitor waits for and still gets every idle cycle.
 * Elsewhere it belongs to the process and must stay; the interactive thread and one free core serve the visitor there.
 */
function yieldToOthers(): void {
  if (process.platform === "linux") {
    setPriority(LOWEST_PRIORITY);
  }
}

async function openEngine(native: WorkerSettings["native"]): Promise<{ engine: TextEngine; choice: EngineChoice }> {
  if (native === "never") {
    return { engine: await openWasmEngine(), choice: { engine: "wasm", reason: "The setting forbids the native engine." } };
  }
  try {
    return { engine: await openNativeEngine(), choice: { engine: "native" } };
  } catch (error) {
    return { engine: await openWasmEngine(), choice: { engine: "wasm", reason: nameOf(error) } };
  }
}

/** Without a stack, and never with the text itself: the engines name only what is wrong with themselves. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await serve();
