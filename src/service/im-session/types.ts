import type { SessionState } from "../../extensions/im-session/types.ts";
import type { SessionRecord } from "./record.ts";

/** For administrators and tests: sessions with both views. */
export interface SessionsQueryApi {
  /** Newest first. `logon`: either side. */
  list(query?: { state?: SessionState; logon?: string; limit?: number }): Promise<SessionRecord[]>;
}
