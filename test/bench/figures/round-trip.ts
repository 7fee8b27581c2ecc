import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { call, PASSWORD } from "../harness/stage.ts";
import { quantile } from "../harness/statistics.ts";
import type { RoundTripPage } from "../page/round-trip.ts";

const ROUNDS = 8;
const TRIPS = { count: 60, pauseMs: 40 };

export const roundTrip: Figure = {
  name: "round-trip",
  method:
    "Two desks in one page of Chromium: `desk.send`, the line in the other desk's transcript, the answer back. Peer: two hand-written WebSocket clients in the same page, with the same server and archive.",
  async run(stage) {
    const page = await stage.page("round-trip");
    await call<RoundTripPage, "connect">(page, "connect", { servers: stage.servers, password: PASSWORD, desks: ["trip.a", "trip.b"], raw: ["raw.a", "raw.b"] });
    const times: Record<"ours" | "raw", number[]> = { ours: [], raw: [] };
    for (const side of ["ours", "raw"] as const) await call<RoundTripPage, "run">(page, "run", side, { ...TRIPS, count: 20 });
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
