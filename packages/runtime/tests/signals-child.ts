import { answering } from "@parlance/contracts";
import { asTenant } from "@parlance/ports";
import { callOptions, createClients, createRpcTransport, defineService } from "@parlance/platform";
import { runMain } from "../src/index.ts";

/** Its answers take as long as they are held back. */
let release = () => {};
const held = new Promise<void>((resolve) => (release = resolve));
const answerer = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: [],
  create: () => ({
    routes: (router) =>
      router.service(answering.AnsweringService, {
        scorePassages: async () => {
          process.stdout.write("asked\n");
          await held;
          return {};
        },
      }),
  }),
});

/** A program whose only call is under way when it is told to stop, and is answered when SIGHUP comes. */
await runMain([answerer], {
  started: ({ rpcAddress, rpcToken }) => {
    const transport = createRpcTransport({ url: rpcAddress, token: rpcToken });
    const call = createClients(() => transport).answering.scorePassages({}, callOptions({ tenant: asTenant("user") }));
    void call.then(
      () => process.stdout.write("answered\n"),
      () => process.stdout.write("cut off\n"),
    );
  },
});
process.on("SIGHUP", release);
