import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { call, PASSWORD } from "../harness/stage.ts";
import { median } from "../harness/statistics.ts";
import type { SignInPage } from "../page/sign-in.ts";

const ROUNDS = 15;
const SIDES = { ours: { page: "sign-in-parley", logon: "sign.a" }, peer: { page: "sign-in-strophe", logon: "sign.b" } } as const;

export const signIn: Figure = {
  name: "sign-in",
  method:
    "A new browser profile and page each time; signed in with SCRAM-SHA-256 of 10 000 iterations, carbons enabled, roster read, presence sent. Peer: strophe.js 5 doing the same. Ours besides opens its storage and enables stream management.",
  async run(stage) {
    const times = { ours: [] as number[], peer: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      // Who begins changes, so that neither always finds the machine as the other left it.
      for (const side of round % 2 === 0 ? (["ours", "peer"] as const) : (["peer", "ours"] as const)) {
        const page = await stage.page(SIDES[side].page);
        const taken = await call<SignInPage, "signIn">(page, "signIn", {
          servers: stage.servers,
          logon: SIDES[side].logon,
          password: PASSWORD,
        });
        await call<SignInPage, "signOut">(page, "signOut");
        await stage.leave();
        // The first round warms the server, not the page.
        if (round >= 0) times[side].push(taken);
      }
    }
    return [row({ name: "sign-in, p50", unit: "ms", ours: median(times.ours), peer: median(times.peer), goal: { ratio: 1 } })];
  },
};
