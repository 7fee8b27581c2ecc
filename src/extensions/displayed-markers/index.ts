export * from "./displayed-markers.ts";
export * from "./stanzas.ts";
