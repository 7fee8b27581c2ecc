import { RIGHTS, type Right } from "../../extensions/directory/types.ts";

/** Rights that belong together, by the name under which the command line takes them. */
export const ROLES = {
  /** Everything an agent does; not the administration. */
  agent: RIGHTS.filter((right) => right !== "admin"),
  /** Internal instant messaging only. */
  im: ["im.use", "im.make", "im.release"],
  admin: RIGHTS,
} as const satisfies Record<string, readonly Right[]>;

/** Of an agent that is added without a word about its rights. */
export const DEFAULT_ROLE = "agent";
