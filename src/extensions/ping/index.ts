export * from "./ping.ts";
export * from "./stanzas.ts";
