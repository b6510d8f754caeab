import { readFileSync, writeFileSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import type { EngineChoice, TextEngine } from "./engine.ts";
import { openMultilingualEngine } from "./multilingual-engine.ts";
import { multilingualDimension } from "./multilingual-graph.ts";
import { openNativeEngine } from "./native-engine.ts";
import { openWasmEngine } from "./wasm-engine.ts";

const oomScoreFile = "/proc/self/oom_score_adj";

/** What a worker process is told at its start, as JSON in its only argument. */
export interface WorkerSettings {
  model: "english" | "multilingual";
  native: "auto" | "never";
  priority: "interactive" | "background";
}

/** One text to embed; the answer carries its id. */
export interface WorkerTask {
  id: number;
  text: string;
}

export type WorkerAnswer = { ready: EngineChoice } | { id: number; vector: Float32Array } | { id: number; failure: string };

async function serve(): Promise<void> {
  // The parent decides when it ends: an interrupt of the terminal reaches the whole group, and the parent still finishes its work.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  process.on("disconnect", () => process.exit());
  const { model, native, priority } = JSON.parse(process.argv[2] ?? "{}") as WorkerSettings;
  goFirst(priority);
  if (priority === "background") giveWay();
  const { engine, choice } = await openEngine({ model, native });
  // What was read for it is garbage by now, and nothing that comes makes the collector look for it soon.
  globalThis.gc?.();
  const answer = async (task: WorkerTask): Promise<void> => tell(await answerTo(engine, task));
  process.on("message", (task: WorkerTask) => void answer(task));
  tell({ ready: choice });
}

/**
 * Where memory runs out, Linux ends the process that it scores highest: one of these, of which texts are embedded again, and not the one that serves. One
 * for training goes before one that visitors wait for.
 */
function goFirst(priority: WorkerSettings["priority"]): void {
  try {
    const inherited = Number(readFileSync(oomScoreFile, "utf8"));
    writeFileSync(oomScoreFile, String(Math.min(1_000, inherited + (priority === "background" ? 600 : 300))));
  } catch {
    // Other systems have no such file.
  }
}

/**
 * Training gives way to whatever a visitor waits for. The lowest priority of all would let any busy neighbour starve it. A process that was started
 * with a lower one may not raise it, and one that may not change it at all can do without.
 */
function giveWay(): void {
  try {
    setPriority(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  } catch {
    // It is as quick with the priority that it has.
  }
}

function tell(answer: WorkerAnswer): void {
  // A parent that is gone is noticed by `disconnect`; the error would only end the process less cleanly.
  process.send?.(answer, undefined, undefined, () => undefined);
}

async function answerTo(engine: TextEngine, { id, text }: WorkerTask): Promise<WorkerAnswer> {
  try {
    return { id, vector: await engine.embed(text) };
  } catch (error) {
    return { id, failure: nameOf(error) };
  }
}

async function openEngine({
  model,
  native,
}: Pick<WorkerSettings, "model" | "native">): Promise<{ engine: TextEngine; choice: EngineChoice }> {
  const portable = model === "english" ? openWasmEngine : openNoEngine;
  if (native === "never") {
    return { engine: await portable(), choice: { engine: "wasm", reason: "The setting forbids the native engine." } };
  }
  try {
    return { engine: await (model === "english" ? openNativeEngine() : openMultilingualEngine()), choice: { engine: "native" } };
  } catch (error) {
    return { engine: await portable(), choice: { engine: "wasm", reason: nameOf(error) } };
  }
}

/** Nothing but onnxruntime reads the multilingual model; without it every text has the zero vector, which is near to none. */
async function openNoEngine(): Promise<TextEngine> {
  return { name: "wasm", embed: async () => new Float32Array(multilingualDimension) };
}

/** Without a stack, and never with the text itself: the engines name only what is wrong with themselves. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await serve();
