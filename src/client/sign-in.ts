/**
 * From an open socket to a stream on which stanzas may be sent: RFC 7395 §3.4 (open), RFC 6120 §6
 * (SASL) and §7 (resource binding), XEP-0198 §3 (enabling) and §5 (resumption). It ends only after
 * stream management is on: stanzas that crossed its beginning would be counted differently by the two sides.
 */
import type { NewId } from "./clock.ts";
import { MalformedError } from "./errors.ts";
import { NS_BIND, NS_CLIENT, NS_FRAMING, NS_LIMITS, NS_SM, NS_STREAM } from "./namespaces.ts";
import { authenticate, type SaslOptions } from "./sasl.ts";
import type { ScramKeys } from "./scram.ts";
import { parseStanzaError } from "./stanza-error.ts";
import { StreamManagement } from "./stream-management.ts";
import type { Wire } from "./wire.ts";
import { type Element, xml } from "./xml.ts";

export interface SignInOptions extends SaslOptions {
  domain: string;
  resource: string | undefined;
  /** The stream to resume. */
  previous: StreamManagement | undefined;
  newId: NewId;
}

export interface SignedIn {
  jid: string;
  keys: ScramKeys | undefined;
  /** Undefined: the server does not know stream management. */
  management: StreamManagement | undefined;
  resumed: boolean;
  /** Of the resumed stream or, when resumption failed, of the one before: what the server took over. */
  acked: Element[];
  /** Of the stream that could not be resumed: what nobody knows about. */
  lost: Element[];
  /** Stanzas that came before stream management began; not to be counted. */
  early: Element[];
  /** What the server offers beyond (RFC 6120 §4.3.2). */
  features: Element;
  /** The largest stanza the server takes, in bytes, if it says so (XEP-0478). */
  maxBytes: number | undefined;
}

/** Rejects with AuthenticationError, or with whatever ended the stream. */
export async function signIn(wire: Wire, options: SignInOptions): Promise<SignedIn> {
  await wire.opened;
  const keys = await authenticate(wire, await open(wire, options.domain), options);
  const features = await open(wire, options.domain);
  const max = Number(features.getChild("limits", NS_LIMITS)?.getChildText("max-bytes", NS_LIMITS));
  const common = { keys, features, maxBytes: max > 0 ? max : undefined };

  const { previous } = options;
  let lost: Element[] = [];
  let acked: Element[] = [];
  if (previous?.id !== undefined) {
    const answer = await resume(wire, previous);
    if (answer.is("resumed", NS_SM)) {
      acked = previous.acknowledge(answer.attrs["h"]);
      return { ...common, jid: previous.jid, management: previous, resumed: true, acked, lost, early: [] };
    }
    // XEP-0198 §5: a failure may still say how far the server got.
    if (answer.attrs["h"] !== undefined) acked = previous.acknowledge(answer.attrs["h"]);
  }
  lost = previous?.giveUp() ?? [];

  const early: Element[] = [];
  const isManaged = features.getChild("sm", NS_SM) !== undefined;
  const bindId = bind(wire, options);
  // XEP-0198 §3 wants a bound resource first; the server takes one after the other (RFC 6120 §10.1), so it has one by then.
  if (isManaged) wire.send(xml("enable", { xmlns: NS_SM, resume: "true" }));
  const jid = await bound(wire, bindId, early);
  const management = isManaged ? await enabled(wire, jid, early) : undefined;
  return { ...common, jid, management, resumed: false, acked, lost, early };
}

async function open(wire: Wire, domain: string): Promise<Element> {
  wire.send(xml("open", { xmlns: NS_FRAMING, to: domain, version: "1.0" }));
  const answer = await wire.next();
  if (!answer.is("open", NS_FRAMING)) throw new MalformedError(answer.name, "is not the opening of a stream");
  const features = await wire.next();
  if (!features.is("features", NS_STREAM)) throw new MalformedError(features.name, "are not the features of a stream");
  return features;
}

async function resume(wire: Wire, previous: StreamManagement): Promise<Element> {
  wire.send(previous.resume());
  const answer = await wire.next();
  if (answer.getNS() !== NS_SM) throw new MalformedError(answer.name, "does not answer the resumption");
  return answer;
}

/** Returns the id of the request. */
function bind(wire: Wire, { resource, newId }: SignInOptions): string {
  const id = newId();
  const wanted = resource === undefined ? undefined : xml("resource", {}, resource);
  wire.send(xml("iq", { xmlns: NS_CLIENT, type: "set", id }, xml("bind", { xmlns: NS_BIND }, wanted)));
  return id;
}

async function bound(wire: Wire, id: string, early: Element[]): Promise<string> {
  const answer = await nextThat(wire, early, (element) => element.is("iq", NS_CLIENT) && element.attrs["id"] === id);
  if (answer.attrs["type"] === "error") throw parseStanzaError(answer);
  const jid = answer.getChild("bind", NS_BIND)?.getChildText("jid", NS_BIND);
  if (!jid) throw new MalformedError("bind", "has no JID");
  return jid;
}

async function enabled(wire: Wire, jid: string, early: Element[]): Promise<StreamManagement | undefined> {
  const answer = await nextThat(wire, early, (element) => element.getNS() === NS_SM && !element.is("r", NS_SM));
  if (!answer.is("enabled", NS_SM)) return undefined;
  const mayResume = ["true", "1"].includes(answer.attrs["resume"] ?? "");
  return new StreamManagement(jid, mayResume ? answer.attrs["id"] : undefined);
}

/** The first that is meant; stanzas before it are kept for later. */
async function nextThat(wire: Wire, early: Element[], isMeant: (element: Element) => boolean): Promise<Element> {
  for (;;) {
    const element = await wire.next();
    if (isMeant(element)) return element;
    if (element.getNS() === NS_CLIENT) early.push(element);
    else if (element.getNS() !== NS_SM) throw new MalformedError(element.name, "is not expected here");
  }
}
