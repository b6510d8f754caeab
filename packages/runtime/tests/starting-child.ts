import { defineService } from "@parlance/platform";
import { runMain } from "../src/index.ts";

/** A program that starts when its documents can be reached. */
await runMain([defineService({ name: "chat", config: {}, needs: [], ports: ["documents"], create: () => ({}) })]);
