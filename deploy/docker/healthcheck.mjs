// Asks the process in this container whether it serves, by grpc.health.v1 over its RPC port (which speaks Connect, too), and ends with 0 when it does.
const port = process.env.PARLANCE_RPC_PORT ?? "3001";

try {
  const response = await fetch(`http://127.0.0.1:${port}/grpc.health.v1.Health/Check`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(4_000),
  });
  const { status } = await response.json();
  if (status !== "SERVING") throw new Error(`it says ${status ?? response.status}`);
} catch (error) {
  console.error(`not healthy: ${error.message}`);
  process.exitCode = 1;
}
