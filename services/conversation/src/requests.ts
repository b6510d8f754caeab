import { AppError } from "@parlance/platform";
import { isConversationId } from "./domain/conversations.ts";

/** @throws AppError INVALID_REQUEST */
export function requireConversationId(id: string): string {
  if (isConversationId(id)) return id;
  throw new AppError("INVALID_REQUEST", { message: "conversationId must be 1-200 printable characters without /" });
}
