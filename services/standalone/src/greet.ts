import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** Tells whoever started Parlance where it is, what its key is and what to paste next: on the console only, never into a log. */
export function greet({ address, dataDir, env }: { address: string; dataDir: string; env: NodeJS.ProcessEnv }): void {
  const keyFile = join(dataDir, "api-key");
  const key = keyMadeNow(keyFile);
  const text =
    key === undefined
      ? greeting(address, keyFile)
      : firstGreeting({ address, keyFile, commands: firstCommands(address, key, env), key });
  process.stdout.write(`\n${text}\n`);
}

/** The first user's key, if it was made by this start: it is shown once, afterwards the file has it. */
function keyMadeNow(keyFile: string): string | undefined {
  const made = statSync(keyFile, { throwIfNoEntry: false });
  // A second is what some file systems round to.
  if (made === undefined || made.mtimeMs < performance.timeOrigin - 1_000) return undefined;
  return readFileSync(keyFile, "utf8").trim();
}

function greeting(address: string, keyFile: string): string {
  const hasFile = statSync(keyFile, { throwIfNoEntry: false }) !== undefined;
  const where = hasFile ? `  Your API key is in  ${resolve(keyFile)}\n` : "";
  return `  Parlance is ready at  ${address}\n${where}`;
}

function firstGreeting({
  address,
  key,
  keyFile,
  commands,
}: Record<"address" | "key" | "keyFile", string> & { commands: string[] }): string {
  return `  Parlance is ready at  ${address}
  Your API key is       ${key}
                        (shown this once; kept in ${resolve(keyFile)}, which only you can read)

  Paste these three into another terminal: create a chatbot that knows a text, watch it learn, ask it.

${commands.join("\n\n")}
`;
}

/**
 * Three commands that a POSIX shell with curl runs as they are; the first remembers the chatbot's id for the others. `env` names the proxy, if any,
 * that curl would ask for this address, too.
 */
export function firstCommands(address: string, key: string, env: NodeJS.ProcessEnv = {}): string[] {
  const hasProxy = ["http_proxy", "all_proxy", "ALL_PROXY"].some((name) => (env[name] ?? "") !== "");
  const call = (path: string) =>
    `curl -s ${hasProxy ? "--noproxy '*' " : ""}${address}/api/v2/${path} -H "Authorization: Bearer ${key}"`;
  const json = `-H "Content-Type: application/json"`;
  return [
    `CHATBOT=$(${call("create-chatbot")} ${json} \\
  -d '{"chatbotName":"First","sourceText":"Our shop is open from nine to six, Monday to Saturday. Parcels within the country arrive in two days and cost four euros. You can send anything back within thirty days and get your money back."}' \\
  | sed 's/.*"chatbotId":"\\([0-9a-f]*\\)".*/\\1/'); echo "chatbot $CHATBOT"`,
    `until ${call('chatbot/status/"$CHATBOT"')} | tee /dev/stderr | grep -q '"progress":100'; do sleep 1; done; echo`,
    `${call("chat")} ${json} \\
  -d '{"chatbotId":"'"$CHATBOT"'","messages":[{"role":"user","content":"How long does a parcel take?"}]}'; echo`,
  ];
}
