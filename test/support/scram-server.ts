import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import type { ScramKeys } from "../../src/client/index.ts";

export interface StoredPassword {
  mechanism: ScramKeys["mechanism"];
  /** Prepared (RFC 4013). */
  password: string;
  salt: Buffer;
  iterations: number;
}

/**
 * The server's side of SCRAM (RFC 5802 §3) by Node's own cryptography: its last message.
 *
 * @param bare - the client's first message without "n,,"
 */
export function serverFinal(stored: StoredPassword, bare: string, serverFirst: string, clientFinal: string): string {
  const hash = stored.mechanism === "SCRAM-SHA-1" ? "sha1" : "sha256";
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  const salted = pbkdf2Sync(stored.password, stored.salt, stored.iterations, hash === "sha1" ? 20 : 32, hash);
  const authMessage = `${bare},${serverFirst},${clientFinal.replace(/,p=.*$/, "")}`;
  const signature = hmac(createHash(hash).update(hmac(salted, "Client Key")).digest(), authMessage);
  const proof = Buffer.from(clientFinal.replace(/^.*,p=/, ""), "base64");
  const clientKey = Buffer.from(proof.map((byte, index) => byte ^ signature[index]!));
  if (!timingSafeEqual(clientKey, hmac(salted, "Client Key"))) return "e=invalid-proof";
  return `v=${hmac(hmac(salted, "Server Key"), authMessage).toString("base64")}`;
}
