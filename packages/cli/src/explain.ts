import { ConnectError } from "@connectrpc/connect";
import { appErrorFrom, ConfigError, errorCatalogue, isUntrusted } from "@parlance/platform";
import { StoreError } from "@parlance/ports";
import { adviceOn } from "@parlance/runtime/advice";
import { CliError, exitCodes } from "./cli-error.ts";
import type { Connection } from "./connection.ts";
import { ForeignServerError, RestError, UnreachableError } from "./rest-client.ts";

/** One sentence that says what is wrong and what to do, and the exit code. */
export function explain(error: unknown, connection: Connection | undefined): { message: string; exitCode: number } {
  const exitCode = error instanceof CliError ? error.exitCode : exitCodes.failed;
  return { message: sentence(error, connection), exitCode };
}

function sentence(error: unknown, connection: Connection | undefined): string {
  if (error instanceof UnreachableError) return untrusted(error, connection?.url) ?? nobodyAt(connection?.url);
  if (error instanceof ForeignServerError) return noParlanceAt(connection?.url);
  if (error instanceof RestError) return restSentence(error, connection);
  if (error instanceof ConnectError) return rpcSentence(error, connection);
  if (error instanceof ConfigError) return `The settings cannot be used: ${error.faults.join("; ")}`;
  if (error instanceof CliError) return error.message;
  if (error instanceof Error && error.name === "AbortError") return "Stopped";
  if (error instanceof Error && error.name === "BackupError") return error.message;
  if (error instanceof Error && "reason" in error) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  const advice = adviceOn(error).replace(/\.$/, "");
  if (advice !== "") return `${message}. ${advice}`;
  return error instanceof StoreError ? message : `Something unforeseen happened: ${message}`;
}

function restSentence({ status, message }: RestError, connection: Connection | undefined): string {
  if (status === 401)
    return `${message}: pass the key of a user of ${connection?.url ?? "Parlance"} with --key or PARLANCE_API_KEY`;
  if (status === 404 && message === "Endpoint not found") return noParlanceAt(connection?.url);
  return message;
}

function rpcSentence(error: ConnectError, connection: Connection | undefined): string {
  const { kind, reason, message } = appErrorFrom(error);
  const url = connection?.rpcUrl ?? "this address";
  if (isUntrusted(error))
    return `${error.rawMessage}: name the authority of ${url} with PARLANCE_RPC_TLS_CA_FILE, and with --rpc-name the name in its certificate, where that is another`;
  // TLS is asked for by a text of its own.
  if (reason === "UNAUTHENTICATED" && message !== errorCatalogue.UNAUTHENTICATED.message) return `${message}: ${url}`;
  if (reason === "UNAUTHENTICATED")
    return `${connection?.credential ?? "The rpc-token"} was refused: ${ownCredential(connection, url)}`;
  // A process that runs some services alone knows nothing of the others'.
  if (kind === "unimplemented")
    return `The process at ${url} does not do this; where services run by themselves, name the address of account, or of ingestion for doctor, with --rpc-url`;
  if (reason === "API_KEY_NOT_FOUND") return `${message}: npm run parlance -- keys list shows the ids`;
  if (reason === "SERVICE_UNAVAILABLE") return nobodyAt(connection?.rpcUrl, "--rpc-url");
  if (kind === "unavailable" || kind === "internal") return `${message}: the log of Parlance says why`;
  return message;
}

function ownCredential(connection: Connection | undefined, url: string): string {
  if (connection?.credential === "PARLANCE_RPC_TOKEN") return `set it to that of the Parlance at ${url}`;
  return `name the data folder of the Parlance at ${url} with --data`;
}

/** What `fetch` says of a certificate stands in the causes of its error; undefined when it says nothing of one. */
function untrusted(error: Error, url = "this address"): string | undefined {
  for (let { cause } = error; cause instanceof Error; { cause } = cause) {
    const code = "code" in cause ? String(cause.code) : "";
    if (/CERT|SIGNATURE/.test(code))
      return `No trusted TLS connection to ${url} could be made (${code}): name the authority of its certificate in NODE_EXTRA_CA_CERTS`;
  }
  return undefined;
}

function noParlanceAt(url = "The server"): string {
  return `${url} answers, but is not a Parlance of this version`;
}

function nobodyAt(url = "this address", option = "--url"): string {
  return `No Parlance answers at ${url}: start it with npm start, or name its address with ${option}`;
}
