import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export interface Issued {
  /** PEM. */
  cert: string;
  key: string;
}

interface Subject {
  name: string;
  publicKey: KeyObject;
  isAuthority: boolean;
  /** Names in the certificate; IP addresses are written as such. */
  names?: readonly string[];
  addresses?: readonly string[];
  /** Milliseconds since the epoch. */
  expires: number;
}

const day = 86_400_000;

/** A certificate authority for one test, and what it signs. Two that trust each other's callers need two names. */
export function createAuthority(name = "Test authority") {
  const own = newKey();
  const subject = { name, publicKey: own.publicKey, isAuthority: true, expires: Date.now() + day };
  const issue = (given: Partial<Subject>): Issued => {
    const { publicKey, privateKey } = newKey();
    const of = { name: "Test server", publicKey, isAuthority: false, expires: Date.now() + day, ...given };
    return { cert: certificate(of, { name: subject.name, key: own.privateKey }), key: pemKey(privateKey) };
  };
  return { cert: certificate(subject, { name: subject.name, key: own.privateKey }), issue };
}

/** Signed by nobody but itself. */
export function selfSigned(given: Partial<Subject>): Issued {
  const { publicKey, privateKey } = newKey();
  const of = { name: "Alone", publicKey, isAuthority: false, expires: Date.now() + day, ...given };
  return { cert: certificate(of, { name: of.name, key: privateKey }), key: pemKey(privateKey) };
}

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const pemKey = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();

/** X.509 version 3, signed with ECDSA and SHA-256. */
function certificate(of: Subject, issuer: { name: string; key: KeyObject }): string {
  const algorithm = sequence(objectId([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
  const serial = Buffer.concat([Buffer.from([1]), crypto.getRandomValues(Buffer.alloc(8))]);
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, serial),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(of.expires - 30 * day), time(of.expires)),
    distinguishedName(of.name),
    of.publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions(of))),
  );
  const der = sequence(toSign, algorithm, bits(sign("sha256", toSign, issuer.key)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
}

function extensions({ isAuthority, names = [], addresses = [] }: Subject): Buffer[] {
  const authority = sequence(...(isAuthority ? [tagged(0x01, Buffer.from([0xff]))] : []));
  const basic = sequence(objectId([0x55, 0x1d, 0x13]), tagged(0x04, authority));
  if (names.length + addresses.length === 0) return [basic];
  const alternatives = [
    ...names.map((name) => tagged(0x82, Buffer.from(name))),
    ...addresses.map((address) => tagged(0x87, Buffer.from(address.split(".").map(Number)))),
  ];
  return [basic, sequence(objectId([0x55, 0x1d, 0x11]), tagged(0x04, sequence(...alternatives)))];
}

function distinguishedName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId([0x55, 0x04, 0x03]), tagged(0x0c, Buffer.from(name)))));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return tagged(0x18, Buffer.from(digits));
}

const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts));
const objectId = (bytes: readonly number[]) => tagged(0x06, Buffer.from(bytes));
const bits = (data: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), data]));

function tagged(tag: number, data: Buffer): Buffer {
  const { length } = data;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), data]);
}
