export * from "./presence.ts";
export * from "./stanzas.ts";
