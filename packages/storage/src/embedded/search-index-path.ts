import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Scope } from "@parlance/ports";

/** The file of one chatbot: `<root>/<tenant>/<chatbot>.db`. Different ids never share a file, on file systems that ignore case either. */
export function scopeFile(root: string, scope: Scope): string {
  return join(root, fileName(scope.tenant), `${fileName(scope.chatbotId)}.db`);
}

/** Readable where it is safe to be; the letter in front keeps the three forms, and names that Windows reserves, apart. */
function fileName(id: string): string {
  if (/^[a-z0-9_-]{1,100}$/u.test(id)) return `c-${id}`;
  const bytes = Buffer.from(id, "utf8");
  if (bytes.length <= 100) return `x-${bytes.toString("hex")}`;
  return `h-${createHash("sha256").update(bytes).digest("hex")}`;
}
