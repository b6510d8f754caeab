/**
 * A file of rows whose values are divided by commas, semicolons, tabs or bars, as a table that is read like any other; undefined for what does not
 * hold to one shape, which is left as the text that it is. Takes linear time.
 */
export function tableOf(file: string): string | undefined {
  const { divider = dividerOf(file), text } = declared(file.replace(/^\ufeff/, ""));
  if (divider === undefined) return undefined;
  const lines: string[] = [];
  let columns = 0;
  for (const row of rowsOf(text, divider)) {
    if (row.every((value) => value === "")) continue;
    if (columns === 0) columns = row.length;
    if (columns < 2 || row.length > columns || row.length > mostColumns) return undefined;
    lines.push(`| ${row.join(" | ")} |`);
  }
  return lines.length < 2 ? undefined : lines.join("\n");
}

/** Files for Excel may begin with a line that names what divides their values. */
function declared(text: string): { divider?: string; text: string } {
  const [line, divider] = /^sep=([\t;,|])[;,]*\r?\n/i.exec(text) ?? [];
  return line === undefined || divider === undefined ? { text } : { divider, text: text.slice(line.length) };
}

const mostColumns = 200;
const longestHead = 10_000;

/** What divides the names of the columns; the values of one row may hold any of them. */
function dividerOf(text: string): string | undefined {
  const head = (/^[^\r\n]*/.exec(text.slice(0, longestHead))?.[0] ?? "").replaceAll(/"[^"]*"/g, "");
  const counts = ["\t", ";", ",", "|"].map((divider) => [divider, head.split(divider).length - 1] as const);
  const [divider, count] = counts.reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  return count > 0 ? divider : undefined;
}

function* rowsOf(text: string, divider: string): Generator<string[]> {
  const stop = new RegExp(`[${divider}]|\\r\\n|[\\r\\n]`, "g");
  let row: string[] = [];
  let mayQuote = true;
  for (let start = 0; start < text.length;) {
    const close: number = mayQuote && text.charAt(start) === '"' ? closingQuote(text, start) : start;
    // What is never closed is no quote, nor is any after it.
    mayQuote &&= close !== -1;
    stop.lastIndex = Math.max(start, close);
    const found = stop.exec(text);
    const end = found?.index ?? text.length;
    const quoted = text.slice(start + 1, Math.max(close, start + 1)).replaceAll(/""|\\"/g, '"');
    row.push(valueOf(close > start ? quoted + text.slice(close + 1, end) : text.slice(start, end)));
    start = end + (found?.[0].length ?? 0);
    if (found?.[0] === divider) {
      // A row may end with what divides it from nothing.
      if (start < text.length) continue;
      row.push("");
    }
    yield row;
    row = [];
  }
}

/** Of two quotes beside each other neither ends a value, nor does one behind a backslash, unless the value ends there. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  for (; at !== -1; at = text.indexOf('"', at + 1)) {
    const next = text.charAt(at + 1);
    if (text.charAt(at - 1) === "\\" && at - 1 > open && !/^[\t;,|\r\n]?$/.test(next)) continue;
    if (next !== '"') return at;
    at++;
  }
  return at;
}

function valueOf(text: string): string {
  return text.replaceAll("|", "/").replaceAll(/\s+/g, " ").trim();
}
