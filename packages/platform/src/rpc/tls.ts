import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "../config.ts";
import type { Logger } from "../logger.ts";

/** Paths of PEM files, by the settings that name them. */
export interface RpcTlsSettings {
  /** The certificate of this process, with those between it and the authority. It is shown to callers, and to the services that are called. */
  readonly PARLANCE_RPC_TLS_CERT_FILE?: string | undefined;
  /** Its private key, without a password. */
  readonly PARLANCE_RPC_TLS_KEY_FILE?: string | undefined;
  /** Authorities that vouch for the services that are called. Default: those that Node knows. */
  readonly PARLANCE_RPC_TLS_CA_FILE?: string | undefined;
  /** Authorities of which every caller must show a certificate. Default: callers need none. */
  readonly PARLANCE_RPC_TLS_CLIENT_CA_FILE?: string | undefined;
}

/** What those files hold. */
export interface TlsMaterial {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly clientCa?: string;
}

/** Certificates for connections between processes, as the files hold them now. */
export interface RpcTls {
  /** Whether the RPC port of this process speaks TLS. */
  readonly serves: boolean;
  /** The same object as long as no file has changed. */
  material(): TlsMaterial;
}

export interface RpcTlsOptions {
  log?: Logger | undefined;
  /** How often the files are looked at, at most; only new connections make it look. Default: 5 s. */
  lookAgainMs?: number;
}

/**
 * Reads the files, and reads them again when a new connection finds that they were renewed. Renewed files that cannot be used are told to the log,
 * and those before stay in force.
 * @returns undefined when no setting is given
 * @throws ConfigError that names every setting at fault
 */
export function openRpcTls(settings: RpcTlsSettings, { log, lookAgainMs = 5_000 }: RpcTlsOptions = {}): RpcTls | undefined {
  const files = given(settings);
  if (files.size === 0) return undefined;
  let stamp = stampOf(files);
  let material = read(files);
  let lookedAt = performance.now();
  const lookAgain = () => {
    lookedAt = performance.now();
    const found = stampOf(files);
    if (found === stamp) return;
    stamp = found;
    try {
      material = read(files);
      log?.info("renewed TLS files are in use");
    } catch (error) {
      // Certificate and key are seldom written at one moment; the next look may find both.
      log?.error({ err: error }, "renewed TLS files cannot be used");
    }
  };
  return {
    serves: files.has("PARLANCE_RPC_TLS_CERT_FILE"),
    material: () => {
      if (performance.now() - lookedAt >= lookAgainMs) lookAgain();
      return material;
    },
  };
}

type Setting = keyof RpcTlsSettings;
type Files = ReadonlyMap<Setting, string>;

function given(settings: RpcTlsSettings): Files {
  const names = [
    "PARLANCE_RPC_TLS_CERT_FILE",
    "PARLANCE_RPC_TLS_KEY_FILE",
    "PARLANCE_RPC_TLS_CA_FILE",
    "PARLANCE_RPC_TLS_CLIENT_CA_FILE",
  ] as const;
  const files = names.flatMap((name) => {
    const file = settings[name]?.trim() ?? "";
    return file === "" ? [] : [[name, file] as const];
  });
  return new Map(files);
}

function stampOf(files: Files): string {
  const stamps = [...files.values()].map((file) => {
    const { mtimeMs, ino, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
    return `${mtimeMs}:${ino}:${size}`;
  });
  return stamps.join(" ");
}

function read(files: Files): TlsMaterial {
  const faults: string[] = [];
  const parse = <T>(name: Setting, expected: string, parser: (text: string) => T) => {
    const file = files.get(name);
    if (file === undefined) return undefined;
    const text = textOf(file);
    try {
      if (text.fault === undefined) return { text: text.content, parsed: parser(text.content) };
    } catch {
      // Told below; the library's own words name its internals.
    }
    faults.push(`${name}: ${text.fault ?? `the file holds no ${expected}`}`);
    return undefined;
  };
  const certificate = "certificate in PEM form";
  const cert = parse("PARLANCE_RPC_TLS_CERT_FILE", certificate, toCertificate);
  const key = parse("PARLANCE_RPC_TLS_KEY_FILE", "private key in PEM form without a password", createPrivateKey);
  const ca = parse("PARLANCE_RPC_TLS_CA_FILE", certificate, toCertificate);
  const clientCa = parse("PARLANCE_RPC_TLS_CLIENT_CA_FILE", certificate, toCertificate);
  faults.push(...mismatches(files, { cert: cert?.parsed, key: key?.parsed }));
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    ...(cert !== undefined && { cert: cert.text }),
    ...(key !== undefined && { key: key.text }),
    ...(ca !== undefined && { ca: ca.text }),
    ...(clientCa !== undefined && { clientCa: clientCa.text }),
  };
}

function mismatches(files: Files, { cert, key }: { cert: X509Certificate | undefined; key: KeyObject | undefined }): string[] {
  const [certFile, keyFile] = [files.has("PARLANCE_RPC_TLS_CERT_FILE"), files.has("PARLANCE_RPC_TLS_KEY_FILE")];
  if (certFile !== keyFile) {
    const [missing, present] = certFile ? ["KEY", "CERT"] : ["CERT", "KEY"];
    return [`PARLANCE_RPC_TLS_${missing}_FILE is not set: PARLANCE_RPC_TLS_${present}_FILE needs it`];
  }
  if (!certFile && files.has("PARLANCE_RPC_TLS_CLIENT_CA_FILE"))
    return [
      "PARLANCE_RPC_TLS_CLIENT_CA_FILE: callers can be asked for a certificate only by a port with PARLANCE_RPC_TLS_CERT_FILE",
    ];
  if (cert !== undefined && key !== undefined && !cert.checkPrivateKey(key))
    return ["PARLANCE_RPC_TLS_KEY_FILE: it does not belong to the certificate of PARLANCE_RPC_TLS_CERT_FILE"];
  return [];
}

function toCertificate(text: string): X509Certificate {
  return new X509Certificate(text);
}

function textOf(file: string): { content: string; fault?: undefined } | { fault: string } {
  try {
    return { content: readFileSync(file, "utf8") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return { fault: `the file cannot be read (${code})` };
  }
}
