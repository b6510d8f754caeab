import { StoreError } from "@parlance/ports";
import { expect, test } from "vitest";
import { adviceOn } from "./advice.ts";

const withFields = (message: string, fields: object) => Object.assign(new Error(message), fields);

test.each<[string, Error, RegExp]>([
  ["a full disk", withFields("ENOSPC: no space left on device, write", { code: "ENOSPC" }), /disk is full: make room/],
  ["a database on a full disk", withFields("database or disk is full", { errcode: 13 }), /disk is full: make room/],
  ["a database whose log finds no room", withFields("disk I/O error", { errcode: 4874 }), /disk is full: make room/],
  ["a database that may only be read", withFields("attempt to write", { errcode: 8 | (1 << 8) }), /make them writable/],
  ["a database that cannot be opened", withFields("unable to open", { errcode: 14 }), /cannot be opened: see whether/],
  ["a disk that fails", withFields("EIO: i/o error, fdatasync", { code: "EIO" }), /look into the system's log/],
  ["another user's files", withFields("EACCES: permission denied", { code: "EACCES" }), /give them to this user/],
  ["a thread without files", new Error("Worker initialization failure: EMFILE"), /ulimit -n/],
  ["a module without files", new Error("Cannot read package config: too many open files."), /ulimit -n/],
])("%s is told how to mend, however deep it lies", (_name, cause, advice) => {
  expect(adviceOn(cause)).toMatch(advice);
  const wrapped = new StoreError("unavailable", "documents.db cannot be read or written", { cause });
  expect(adviceOn(new Error("cannot start", { cause: wrapped }))).toMatch(advice);
});

test("what is no such fault gets no advice", () => {
  expect(adviceOn(new StoreError("corrupt", "documents.db is damaged"))).toBe("");
  expect(adviceOn(withFields("UNIQUE constraint failed", { errcode: 2067 }))).toBe("");
  expect(adviceOn("no error at all")).toBe("");
});
