/**
 * RFC 5802: Salted Challenge Response Authentication Mechanism (SCRAM), and RFC 7677 for SHA-256
 * https://www.rfc-editor.org/rfc/rfc5802
 * Without channel binding, which WebSocket does not offer. The key is derived by the platform's
 * PBKDF2: a loop in JavaScript takes a second for what the platform does in milliseconds.
 */
import { type Bytes, fromBase64, toBase64, utf8 } from "./base64.ts";
import { AuthenticationError } from "./errors.ts";

/** The strongest first. */
export const SCRAM_MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-1"] as const;

export type ScramMechanism = (typeof SCRAM_MECHANISMS)[number];

/** What a password was turned into: signs in at this one server without the password. Keep it as secret as a session. */
export interface ScramKeys {
  mechanism: ScramMechanism;
  /** Base64. */
  salt: string;
  iterations: number;
  /** Base64. */
  saltedPassword: string;
}

export type Secret = { password: string } | { keys: ScramKeys };

/** RFC 7677 §4 asks for 4096 at least; more than a million is a server that wants us busy. */
const ITERATIONS = { least: 4096, most: 1_000_000 };

const HASHES = { "SCRAM-SHA-256": "SHA-256", "SCRAM-SHA-1": "SHA-1" } as const;

// GS2 header: "n" the client does not support channel binding, no authorization identity.
const GS2_HEADER = "n,,";

/** The first message to the server. */
export function clientFirst(username: string, nonce: string): string {
  return GS2_HEADER + clientFirstBare(username, nonce);
}

function clientFirstBare(username: string, nonce: string): string {
  return `n=${prepare(username).replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;
}

export interface ClientFinal {
  /** To be sent. */
  message: string;
  /** For the next sign-in. */
  keys: ScramKeys;
  /** Throws unless the server proved in its last message that it knows the password too. */
  verify(serverFinal: string): void;
}

/** Answers the server's challenge. Throws AuthenticationError when the challenge is not to be trusted. */
export async function clientFinal(
  mechanism: ScramMechanism,
  { username, nonce, secret, serverFirst }: { username: string; nonce: string; secret: Secret; serverFirst: string },
): Promise<ClientFinal> {
  const challenge = parseServerFirst(serverFirst, nonce);
  const keys = await keysFor(mechanism, challenge, secret);
  const hash = HASHES[mechanism];
  const saltedPassword = fromBase64(keys.saltedPassword);

  const clientKey = await hmac(hash, saltedPassword, "Client Key");
  const storedKey = new Uint8Array(await crypto.subtle.digest(hash, clientKey));
  const withoutProof = `c=${toBase64(utf8(GS2_HEADER))},r=${challenge.nonce}`;
  const authMessage = `${clientFirstBare(username, nonce)},${serverFirst},${withoutProof}`;
  const clientSignature = await hmac(hash, storedKey, authMessage);
  const proof = clientKey.map((byte, index) => byte ^ clientSignature[index]!);
  const serverSignature = await hmac(hash, await hmac(hash, saltedPassword, "Server Key"), authMessage);

  return {
    message: `${withoutProof},p=${toBase64(proof)}`,
    keys,
    verify(serverFinal) {
      const { e: error, v: signature } = attributesOf(serverFinal);
      if (error !== undefined) throw new AuthenticationError("not-authorized");
      if (signature !== toBase64(serverSignature)) throw new AuthenticationError("server-not-verified");
    },
  };
}

interface Challenge {
  nonce: string;
  salt: string;
  iterations: number;
}

function parseServerFirst(serverFirst: string, clientNonce: string): Challenge {
  const { m: extension, r: nonce, s: salt, i } = attributesOf(serverFirst);
  const iterations = Number(i);
  // RFC 5802 §5.1: "m: ... its presence in a client or a server message MUST cause authentication failure".
  if (extension !== undefined || !nonce?.startsWith(clientNonce) || nonce === clientNonce || !salt) {
    throw new AuthenticationError("server-not-verified");
  }
  if (!Number.isInteger(iterations) || iterations < ITERATIONS.least || iterations > ITERATIONS.most) {
    throw new AuthenticationError("mechanism-too-weak");
  }
  return { nonce, salt, iterations };
}

async function keysFor(mechanism: ScramMechanism, { salt, iterations }: Challenge, secret: Secret): Promise<ScramKeys> {
  if ("keys" in secret) {
    const { keys } = secret;
    const isStillValid = keys.mechanism === mechanism && keys.salt === salt && keys.iterations === iterations;
    // The password was changed since: only the person can help.
    if (!isStillValid) throw new AuthenticationError("credentials-expired");
    return keys;
  }
  const hash = HASHES[mechanism];
  const password = await crypto.subtle.importKey("raw", utf8(prepare(secret.password)), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash, salt: decode(salt), iterations },
    password,
    hash === "SHA-256" ? 256 : 160,
  );
  return { mechanism, salt, iterations, saltedPassword: toBase64(new Uint8Array(bits)) };
}

/** `a=1,b=2`; only the first `=` separates. */
function attributesOf(message: string): Partial<Record<string, string>> {
  return Object.fromEntries(message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}

function decode(salt: string): Bytes {
  try {
    return fromBase64(salt);
  } catch {
    throw new AuthenticationError("server-not-verified");
  }
}

async function hmac(hash: string, key: Bytes, text: string): Promise<Bytes> {
  const hmacKey = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, utf8(text)));
}

/**
 * The part of SASLprep (RFC 4013) that people meet: all kinds of spaces are one, invisible characters
 * are dropped, compatibility forms are unified. Throws AuthenticationError for control characters.
 */
export function prepare(text: string): string {
  const prepared = text
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, " ")
    // oxlint-disable-next-line no-misleading-character-class -- joiners one by one, not what they join
    .replace(/[\u00AD\u034F\u1806\u180B-\u180D\u200C\u200D\u2060\uFE00-\uFE0F\uFEFF]/g, "")
    .normalize("NFKC");
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001F\u007F-\u009F]/.test(prepared)) throw new AuthenticationError("malformed-request");
  return prepared;
}
