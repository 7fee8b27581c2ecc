import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { type BenchStage, call, PASSWORD } from "../harness/stage.ts";
import { quantile } from "../harness/statistics.ts";
import type { RoundTripPage } from "../page/round-trip.ts";

const ROUNDS = 12;
/** Longer than anything that a trip leaves to be done. */
const TRIPS = { count: 20, pauseMs: 160 };
const WARM_UP = { count: 10, pauseMs: 20 };

export const roundTrip: Figure = {
  name: "round-trip",
  method:
    "Two pages in two profiles of Chromium: `desk.send` with the web client's storage, the line in the other desk's transcript, its answer back. Peer: hand-written clients on WebSockets of the same pages (literal stanzas, no stream management, no receipts), with the same server and archive.",
  async run(stage) {
    const page = await talking(stage);
    const times: Record<"ours" | "raw", number[]> = { ours: [], raw: [] };
    for (const side of ["ours", "raw"] as const) await call<RoundTripPage, "run">(page, "run", side, WARM_UP);
    for (let round = 0; round < ROUNDS; round++) {
      for (const side of ["ours", "raw"] as const) times[side].push(...(await call<RoundTripPage, "run">(page, "run", side, TRIPS)));
    }
    const name = "message round trip, desk to desk";
    return [
      row({ name: `${name}, p50`, unit: "ms", ours: quantile(times.ours, 0.5), peer: quantile(times.raw, 0.5), goal: { ratio: 1.3 } }),
      row({ name: `${name}, p99`, unit: "ms", ours: quantile(times.ours, 0.99), peer: quantile(times.raw, 0.99), goal: { ratio: 1.3 } }),
    ];
  },
};

/** The page of one of two agents in a session; the other one answers by itself. */
async function talking(stage: BenchStage) {
  const [a, b] = [await stage.page("round-trip"), await stage.page("round-trip")];
  const { servers } = stage;
  const [first, second] = [
    { logon: "trip.a", raw: "raw.a" },
    { logon: "trip.b", raw: "raw.b" },
  ] as const;
  await call<RoundTripPage, "signIn">(a, "signIn", { servers, password: PASSWORD, ...first }, second);
  await call<RoundTripPage, "signIn">(b, "signIn", { servers, password: PASSWORD, ...second }, first);
  await Promise.all([call<RoundTripPage, "invite">(a, "invite", second.logon, servers.domain), call<RoundTripPage, "accept">(b, "accept")]);
  await call<RoundTripPage, "answer">(b, "answer");
  return a;
}
