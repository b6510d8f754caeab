/**
 * What to do about a fault of what Parlance stands on: a full disk, one that cannot be written to, files of another user, too few open files,
 * a server that is not there.
 * Such a fault is often deep in what caused an error, which names only what could not be done. Empty when there is no such fault.
 */
export function adviceOn(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth++) {
    const code = codeOf(cause);
    const advice = advices.find(({ matches }) => matches.test(code));
    if (advice !== undefined) return advice.text;
  }
  return "";
}

const elsewhere = "or set PARLANCE_DATA_DIR to a folder elsewhere";

/** Numbers are SQLite's primary result codes (https://www.sqlite.org/rescode.html); 4874 says that the index of a log found no room to grow. */
const advices: readonly { matches: RegExp; text: string }[] = [
  { matches: /\b(?:ENOSPC|EDQUOT|sqlite 13|extended 4874)\b/, text: `The disk is full: make room on it, ${elsewhere}.` },
  { matches: /\b(?:EROFS|sqlite 8)\b/, text: `The disk or the files cannot be written to: make them writable, ${elsewhere}.` },
  { matches: /\b(?:EIO|sqlite 10)\b/, text: `The disk fails: look into the system's log, ${elsewhere}, with a backup restored.` },
  { matches: /\b(?:EACCES|EPERM)\b/, text: `This user may not use these files: give them to this user, ${elsewhere}.` },
  {
    matches: /\b(?:EMFILE|ENFILE|too many open files)\b/,
    text: "Too few files may be open at once: raise the limit (ulimit -n) to 1024 or more.",
  },
  ...Object.entries({ MongoDB: "DOCUMENTS", Elasticsearch: "SEARCH", Kafka: "EVENTS" }).map(([server, store]) => ({
    matches: new RegExp(`\\b${server} (?:cannot (?:serve|be reached|be used)|answered)\\b`),
    text: `See whether the server that PARLANCE_${store}_URL names runs and lets Parlance in.`,
  })),
  {
    matches: /\bsqlite 14\b/,
    text: `A file cannot be opened: see whether the disk can be written to and the files belong to this user, ${elsewhere}.`,
  },
];

/** Some errors, such as those of threads, have the code of the system in their text alone. */
function codeOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  const sqlite =
    "errcode" in error && typeof error.errcode === "number" ? `sqlite ${error.errcode & 0xff} extended ${error.errcode}` : "";
  return `${code} ${sqlite} ${error.message}`;
}
