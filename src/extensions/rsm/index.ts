export * from "./stanzas.ts";
