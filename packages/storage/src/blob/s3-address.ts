import { readRemoteAddress, rootOf } from "./remote-address.ts";

export interface S3Address {
  bucket: string;
  root: string;
  region: string;
  /** Absent for Amazon's own. */
  endpoint?: string;
}

/**
 * `s3://bucket/prefix?region=eu-west-1`, and `&endpoint=http://127.0.0.1:9000` for another server than Amazon's; the region is then `us-east-1`
 * unless said otherwise.
 * @throws StoreError `invalid`
 */
export function readS3Address(url: string): S3Address {
  const { host, segments, options } = readRemoteAddress(url, { scheme: "s3", options: ["endpoint", "region"] });
  const endpoint = options.get("endpoint");
  return {
    bucket: host,
    root: rootOf(segments),
    region: options.get("region") ?? "us-east-1",
    ...(endpoint !== null && { endpoint }),
  };
}
