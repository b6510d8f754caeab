import { AppError } from "@parlance/platform";
import { systemTenant } from "@parlance/ports";
import type { AccountContext, Handler } from "../context.ts";
import { isThere } from "../domain/users.ts";
import { toUserMessage } from "../mappers.ts";

const defaultPageSize = 100;
const largestPageSize = 1_000;

/** Oldest first. A page may hold fewer than it may, where users were deleted. */
export function listUsers({ users, defaultPlan }: AccountContext): Handler<"listUsers"> {
  return {
    async listUsers({ pageSize, pageToken }) {
      const limit = pageSize === 0 ? defaultPageSize : pageSize;
      if (limit < 1 || limit > largestPageSize)
        throw new AppError("INVALID_REQUEST", { message: "pageSize must be between 1 and 1000" });
      const page = await users.find(systemTenant, {
        sort: { by: "createdAt", direction: "ascending" },
        limit,
        ...(pageToken !== "" && { cursor: pageToken }),
      });
      const there = page.items.filter(isThere);
      return { users: there.map((user) => toUserMessage(user, defaultPlan)), nextPageToken: page.nextCursor ?? "" };
    },
  };
}
