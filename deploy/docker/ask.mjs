// Run inside a container by try.sh: trains a chatbot on a sentence and asks it, or only asks the one that is there.
import { readFileSync } from "node:fs";

const key = readFileSync("/data/api-key", "utf8").trim();
const question = "How much do parcels cost?";

async function call(path, body) {
  const response = await fetch(`http://127.0.0.1:3000/api/v2/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}

async function train() {
  const sourceText =
    "Our shop is open from nine to six, Monday to Saturday. Parcels within the country arrive in two days and cost four euros. " +
    "You can send anything back within thirty days and get your money back.";
  const { chatbotId } = JSON.parse(await call("create-chatbot", { chatbotName: "Container", sourceText }));
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const status = await call(`chatbot/status/${chatbotId}`);
    if (JSON.parse(status).progress === 100) return;
    if (Date.now() > end) throw new Error(`not trained after a minute: ${status}`);
  }
}

if (process.argv.includes("train")) await train();
const { chatbots } = JSON.parse(await call("get-chatbots"));
const answer = await call("chat", { chatbotId: chatbots[0].chatbotId, messages: [{ role: "user", content: question }] });
if (!answer.includes("four euros")) throw new Error(`it does not know: ${answer}`);
console.log(`asked: ${question}\nanswered: ${answer}`);
