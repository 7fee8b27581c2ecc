/**
 * RFC 6120 §6: SASL Negotiation
 * https://www.rfc-editor.org/rfc/rfc6120#section-6
 */
import { fromBase64, textOf, toBase64, utf8 } from "./base64.ts";
import { AuthenticationError, MalformedError } from "./errors.ts";
import type { NewId } from "./clock.ts";
import { NS_SASL } from "./namespaces.ts";
import { clientFinal, clientFirst, prepare, SCRAM_MECHANISMS, type ScramKeys, type ScramMechanism, type Secret } from "./scram.ts";
import type { Wire } from "./wire.ts";
import { type Element, xml } from "./xml.ts";

export type Mechanism = ScramMechanism | "PLAIN";

/**
 * Which mechanism to use. A password is never shown to a server that can do without seeing it, nor
 * over a line that others can read. With keys, only their own mechanism can be used.
 * Throws AuthenticationError when none may be.
 */
export function chooseMechanism(offered: readonly string[], secret: Secret, mayUsePlain: boolean): Mechanism {
  const scram = SCRAM_MECHANISMS.filter((mechanism) => offered.includes(mechanism));
  if ("keys" in secret) {
    if (scram.includes(secret.keys.mechanism)) return secret.keys.mechanism;
    throw new AuthenticationError(scram.length > 0 ? "credentials-expired" : "mechanism-too-weak");
  }
  if (scram[0]) return scram[0];
  if (!offered.includes("PLAIN")) throw new AuthenticationError("invalid-mechanism");
  if (!mayUsePlain) throw new AuthenticationError("encryption-required");
  return "PLAIN";
}

export interface SaslOptions {
  username: string;
  secret: Secret;
  /** Whether the server may be shown the password itself, should it know nothing better. */
  mayUsePlain: boolean;
  newId: NewId;
}

/** Authenticates; the keys are there to be used next time. Rejects with AuthenticationError. */
export async function authenticate(wire: Wire, features: Element, options: SaslOptions): Promise<ScramKeys | undefined> {
  const offered = features.getChild("mechanisms", NS_SASL)?.getChildren("mechanism", NS_SASL) ?? [];
  const mechanism = chooseMechanism(
    offered.map((element) => element.text()),
    options.secret,
    options.mayUsePlain,
  );
  if (mechanism === "PLAIN") return authenticatePlain(wire, options);
  return authenticateScram(wire, mechanism, options);
}

/** RFC 4616: The PLAIN Simple Authentication and Security Layer Mechanism. */
async function authenticatePlain(wire: Wire, { username, secret }: SaslOptions): Promise<undefined> {
  if (!("password" in secret)) throw new AuthenticationError("mechanism-too-weak");
  wire.send(auth("PLAIN", `\0${prepare(username)}\0${prepare(secret.password)}`));
  expectSasl(await wire.next(), "success");
}

async function authenticateScram(wire: Wire, mechanism: ScramMechanism, { username, secret, newId }: SaslOptions): Promise<ScramKeys> {
  // Absent on pages that came over plain http from elsewhere than this machine.
  if (!globalThis.crypto?.subtle) throw new AuthenticationError("encryption-required");
  const nonce = newId();
  wire.send(auth(mechanism, clientFirst(username, nonce)));
  const serverFirst = expectSasl(await wire.next(), "challenge");
  const { message, keys, verify } = await clientFinal(mechanism, { username, nonce, secret, serverFirst });
  wire.send(xml("response", { xmlns: NS_SASL }, encode(message)));
  verify(expectSasl(await wire.next(), "success"));
  return keys;
}

function auth(mechanism: Mechanism, initialResponse: string): Element {
  return xml("auth", { xmlns: NS_SASL, mechanism }, encode(initialResponse));
}

function encode(text: string): string {
  return toBase64(utf8(text));
}

/** The text that the expected element carries. Throws AuthenticationError for a failure. */
function expectSasl(element: Element, name: "challenge" | "success"): string {
  if (element.is("failure", NS_SASL)) {
    const condition = element.getChildElements().find((child) => child.getName() !== "text");
    throw new AuthenticationError(condition?.getName() ?? "not-authorized");
  }
  if (!element.is(name, NS_SASL)) throw new MalformedError(element.name, `is not the ${name} of SASL`);
  try {
    return textOf(fromBase64(element.text()));
  } catch {
    throw new MalformedError(name, "is not base64");
  }
}
