import { startOpenAiServer } from "@parlance/testkit/openai-server";
import { startInput, serve } from "./child.ts";

const { tokens, dimension } = startInput() as { tokens: number; dimension: number };
const reply = Array.from({ length: tokens }, (_, index) => (index === 0 ? "Parcels" : ` part${index}`));
const server = await startOpenAiServer({ reply: () => reply, dimension });

serve(
  { baseUrl: server.baseUrl },
  {
    /** Lets so many requests come at the pace of a model. */
    pace: ({ count, delayMs }: { count: number; delayMs: number }) => {
      server.failNext(...Array.from({ length: count }, () => ({ kind: "slow" as const, delayMs })));
      server.requests.length = 0;
    },
  },
);
