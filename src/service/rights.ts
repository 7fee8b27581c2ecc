/** Which rights an agent lacks for what: the only place that knows. `im.make` and `im.release` do nothing without `im.use`. */
import type { Right } from "../extensions/directory/types.ts";

const missing = (rights: readonly Right[], needed: readonly Right[]): Right | undefined => needed.find((right) => !rights.includes(right));

/** To be invited, to accept, to be listed as somebody who can be sent an IM. */
export const missingToTakePart = (rights: readonly Right[]): Right | undefined => missing(rights, ["im.use"]);

/** To invite. */
export const missingToInvite = (rights: readonly Right[]): Right | undefined => missing(rights, ["im.use", "im.make"]);

/** To end a session that is connected. */
export const missingToRelease = (rights: readonly Right[]): Right | undefined => missing(rights, ["im.use", "im.release"]);
