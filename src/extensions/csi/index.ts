export * from "./csi.ts";
export * from "./stanzas.ts";
