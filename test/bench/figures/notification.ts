import type { Page } from "playwright-core";
import { AgentPage } from "../../support/agent-page.ts";
import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { type BenchStage, type Logon, PASSWORD } from "../harness/stage.ts";
import { quantile } from "../harness/statistics.ts";

const ROUNDS = 30;

export const notification: Figure = {
  name: "notification",
  method:
    "Two real pages: from the click on A's menu item to the end of the first frame on B's page that shows the notification with an opacity above zero (it fades in).",
  async run(stage) {
    const a = await signedIn(stage, "invite.a");
    const b = await signedIn(stage, "invite.b");
    await a.search.fill(b.logon);
    await a.row(b.logon).filter({ hasText: "Ready" }).waitFor();
    const times: number[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const took = await invite(a, b);
      if (round >= 0) times.push(took);
      await b.invitationFrom(a.logon).getByRole("button", { name: "Reject" }).click();
      await a.button("Mark Done").click();
      await a.tab(b.logon).waitFor({ state: "detached" });
    }
    const name = "invitation, click to notification painted";
    return [
      row({ name: `${name}, p50`, unit: "ms", ours: quantile(times, 0.5) }),
      row({ name: `${name}, p95`, unit: "ms", ours: quantile(times, 0.95), goal: { most: 100 } }),
    ];
  },
};

async function signedIn(stage: BenchStage, logon: Logon): Promise<AgentPage> {
  const agent = new AgentPage(await stage.agentPage(), logon);
  await agent.signIn(PASSWORD);
  return agent;
}

async function invite(a: AgentPage, b: AgentPage): Promise<number> {
  const menu = await a.openActions(b.logon);
  await watchForNotification(b.page);
  await menu.getByRole("menuitem", { name: `Send an Instant Message ${b.logon}` }).click();
  const paintedAt = await b.page.evaluate(() => benchScreen.paintedAt());
  return paintedAt - (await a.page.evaluate(() => benchScreen.inputAt("click")));
}

async function watchForNotification(page: Page): Promise<void> {
  await page.evaluate(() =>
    benchScreen.watch("the notification", (find) => {
      const notification = find("parley-app parley-desk-page parley-invitation-stack parley-invitation [role=alertdialog]");
      return notification !== undefined && Number(getComputedStyle(notification).opacity) > 0;
    }),
  );
}
