import { StoreError } from "@parlance/ports";
import { readRemoteAddress, rootOf } from "./remote-address.ts";

export interface AzureAddress {
  account: string;
  container: string;
  root: string;
  /** Of the account's blob service, without a slash at the end. */
  endpoint: string;
}

/**
 * `azure://account/container/prefix`, and `?endpoint=https://…` where the account lies elsewhere than at `account.blob.core.windows.net`.
 * @throws StoreError `invalid`
 */
export function readAzureAddress(url: string): AzureAddress {
  const { host, segments, options } = readRemoteAddress(url, { scheme: "azure", options: ["endpoint"] });
  const [container, ...prefix] = segments;
  if (container === undefined) throw new StoreError("invalid", "not an address of the form azure://account/container");
  const endpoint = options.get("endpoint") ?? `https://${host}.blob.core.windows.net`;
  return { account: host, container, root: rootOf(prefix), endpoint: endpoint.replace(/\/+$/, "") };
}
