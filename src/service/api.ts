/** What the service's core offers to the process around it: the command line, the web page, the figures. */
import type { Clock } from "../client/clock.ts";
import type { Stream } from "../client/stream.ts";
import type { AgentsApi } from "./agents/types.ts";
import type { AuditApi } from "./audit/types.ts";
import type { Database } from "./database/database.ts";
import type { SessionsQueryApi } from "./im-session/types.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Settings } from "./settings.ts";

/** The settings that the core's decisions depend on. */
export type CoreSettings = Pick<Settings, "domain" | "serviceDomain" | "inviteTimeoutS" | "graceS">;

/** What `createService` is given. */
export interface ServiceOptions {
  /** The component's stream; started and stopped by the caller. */
  stream: Stream;
  /** Opened by `openPglite` or `openPostgres`, migrated by `migrate`; closed by the caller after `stop`. */
  database: Database;
  settings: CoreSettings;
  log: Log;
  metrics: Metrics;
  clock?: Clock;
}

export interface ParleyService {
  /** Loads the directory, answers requests and drives deadlines from now on, whenever the stream is online. */
  start(): Promise<void>;
  /** Resolves when what was under way is committed. */
  stop(): Promise<void>;
  /** Agents whose presence has not been told yet since the component connected. */
  presencesAwaited(): number;
  readonly agents: AgentsApi;
  readonly sessions: SessionsQueryApi;
  readonly audit: AuditApi;
}
