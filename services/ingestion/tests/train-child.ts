import { crawling, newChatbot, startTraining } from "./support.ts";

// A process to be killed: starts a training and works on it until the end. Arguments: data folder, embedding server, request as JSON.
const [dataDir = "", baseUrl = "", request = "{}"] = process.argv.slice(2);
const { process: running } = await startTraining({ dataDir, env: { PARLANCE_EMBEDDINGS_URL: baseUrl, ...crawling } });
const { chatbotId, as, user } = await newChatbot(running);
const { jobId } = await running.clients.ingestion.startJob({ chatbotId, ...(JSON.parse(request) as object) }, as);
process.stdout.write(`${JSON.stringify({ chatbotId, user, jobId })}\n`);
setInterval(() => undefined, 60_000);
