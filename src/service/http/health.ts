import { StreamError } from "../../client/errors.ts";
import type { ConnectionState } from "../../client/stream.ts";

/** What `/healthz` answers: `ok` decides between 200 and 503. */
export interface HealthReport {
  ok: boolean;
  /** `standby`: another instance serves this domain, and this one waits to take over. */
  status: "ok" | "starting" | "standby" | "failing";
  database: "ok" | "failing";
  xmpp: "ok" | "connecting" | "standby" | "refused";
  /** What is wrong, in words. */
  problems: string[];
}

/** `database`: why it does not answer, if it does not. `xmpp`: undefined while the service starts. */
export function judgeHealth({ database, xmpp }: { database: string | undefined; xmpp: ConnectionState | undefined }): HealthReport {
  if (!xmpp)
    return {
      ok: false,
      status: "starting",
      database: database === undefined ? "ok" : "failing",
      xmpp: "connecting",
      problems: ["the service is starting"],
    };
  const stream = judgeStream(xmpp);
  const problems = [
    ...(database === undefined ? [] : [`the database does not answer: ${database}`]),
    ...(stream.problem ? [stream.problem] : []),
  ];
  const status = problems.length === 0 ? "ok" : database === undefined && stream.xmpp === "standby" ? "standby" : "failing";
  return { ok: problems.length === 0, status, database: database === undefined ? "ok" : "failing", xmpp: stream.xmpp, problems };
}

export function judgeStream(state: ConnectionState): { xmpp: HealthReport["xmpp"]; problem?: string } {
  switch (state.type) {
    case "online":
      return { xmpp: "ok" };
    case "refused":
      return {
        xmpp: "refused",
        problem: `the XMPP server refuses the service (${state.reason.message}): do both have the same component secret?`,
      };
    case "waiting":
      if (state.reason instanceof StreamError && state.reason.condition === "conflict") {
        return { xmpp: "standby", problem: "another instance of the service is connected: this one is on standby" };
      }
      return { xmpp: "connecting", problem: `the XMPP server can not be reached (${state.reason.message}): trying again` };
    default:
      return { xmpp: "connecting", problem: "the XMPP server is not connected yet" };
  }
}
