import type { Console } from "./console.ts";

const cells = 30;

export interface ProgressBar {
  /** `share` from 0 to 1. */
  show(share: number, label: string): void;
  /** Removes the bar. */
  end(): void;
}

/** A line that is written over while somebody watches; nothing else otherwise. */
export function createProgressBar(console: Console): ProgressBar {
  let shown = "";
  const write = (line: string) => {
    if (!console.isWatched || line === shown) return;
    console.err(`\r\u001B[K${line}`);
    shown = line;
  };
  return {
    show: (share, label) => {
      const full = Math.round(Math.min(1, Math.max(0, share)) * cells);
      write(`${"█".repeat(full)}${"░".repeat(cells - full)} ${String(Math.floor(share * 100)).padStart(3)} %  ${label}`);
    },
    end: () => {
      if (shown !== "") write("");
    },
  };
}
