export * from "./disco.ts";
export * from "./stanzas.ts";
