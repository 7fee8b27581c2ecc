/**
 * Parley's protocol library: an XMPP client for agents, without any user interface.
 *
 * {@link createClient} puts everything together. Each extension can also be used alone, on any {@link Stream}:
 * its factory names what it needs, and its `buildX` and `parseX` need nothing.
 */
export * from "../client/index.ts";
export { type Client, type ClientOptions, createClient } from "./create-client.ts";
export * from "./caps/index.ts";
export * from "./carbons/index.ts";
export * from "./chat/index.ts";
export * from "./chat-states/index.ts";
export * from "./csi/index.ts";
export * from "./delay/index.ts";
export * from "./directory/index.ts";
export * from "./disco/index.ts";
export * from "./displayed-markers/index.ts";
export * from "./forward/index.ts";
export * from "./hints/index.ts";
export * from "./im-session/index.ts";
export * from "./mam/index.ts";
export * from "./ping/index.ts";
export * from "./presence/index.ts";
export * from "./receipts/index.ts";
export * from "./roster/index.ts";
export * from "./rsm/index.ts";
export { type ServiceAccess, ServiceAwayError } from "./service-request.ts";
export * from "./stanza-ids/index.ts";
export * from "./x-data/index.ts";
