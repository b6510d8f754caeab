import { errors } from "@elastic/elasticsearch";
import { describe, expect, it } from "vitest";
import { asStoreError } from "./errors.ts";

describe("an answer of Elasticsearch that is an error", () => {
  it.each([
    ["cluster_block_exception", "disk has room"],
    ["circuit_breaking_exception", "too little memory"],
    ["index_closed_exception", "open it again"],
    ["index_not_found_exception", "doctor with --repair"],
    ["search_phase_execution_exception", "_cluster/allocation/explain"],
  ])("of the type %s tells what to do, and nothing of what was asked", (type, advice) => {
    const body = { error: { type, reason: "what somebody typed" } };
    const error = asStoreError(new errors.ResponseError({ body, statusCode: 503, headers: {}, warnings: null, meta: {} as never }));
    expect(error).toMatchObject({ kind: "unavailable", message: expect.stringContaining(advice) });
    expect((error as Error).message).not.toContain("typed");
  });
});
