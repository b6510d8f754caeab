/** Of one line, for a passage or an answer may be a single one. */
const longestLine = 300;

/**
 * Values under their names as text: those of one thing in one line, so that it says what they are of; sentences in lines of their own. An empty
 * string parts two things.
 */
export function factLines(facts: Iterable<string>): string {
  const lines: string[] = [];
  let mayGoOn = false;
  for (const fact of facts) {
    const isValue = fact !== "" && !/[.?!…。？！]\s*$|\n/.test(fact);
    const last = lines.at(-1) ?? "";
    if (isValue && mayGoOn && last.length + fact.length < longestLine) lines[lines.length - 1] = `${last}; ${fact}`;
    else lines.push(fact);
    mayGoOn = isValue;
  }
  return lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
