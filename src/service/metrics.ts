/** The figures on `/metrics`, in OpenMetrics 1.0. Labels have few values: never an agent, a session or a text. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  return {
    registry,
    sessions: new Gauge<"state">({
      name: "parley_sessions",
      help: "IM sessions that are not ended, by state.",
      labelNames: ["state"],
      registers,
    }),
    commands: new Counter<"verb" | "outcome">({
      name: "parley_commands",
      help: "Requests of agents, by verb and by outcome: done, or the condition of the refusal.",
      labelNames: ["verb", "outcome"],
      registers,
    }),
    commandSeconds: new Histogram<"verb">({
      name: "parley_command_duration_seconds",
      help: "From the arrival of a request to its answer.",
      labelNames: ["verb"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    searchSeconds: new Histogram({
      name: "parley_search_duration_seconds",
      help: "A search of the directory.",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
      registers,
    }),
    querySeconds: new Histogram({
      name: "parley_database_query_duration_seconds",
      help: "A statement or transaction of the database.",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    pushes: new Counter<"kind">({
      name: "parley_pushes",
      help: "What the service told agents' clients by itself, by kind.",
      labelNames: ["kind"],
      registers,
    }),
    componentOnline: new Gauge({
      name: "parley_component_online",
      help: "1 while the service is connected to the XMPP server.",
      registers,
    }),
    agents: new Gauge({ name: "parley_agents", help: "Agents in the directory.", registers }),
    presencesAwaited: new Gauge({
      name: "parley_presences_awaited",
      help: "Agents whose presence was not told since the service connected: it asks for some at a time.",
      registers,
    }),
  };
}
