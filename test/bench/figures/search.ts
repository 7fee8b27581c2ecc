import type { Page } from "playwright-core";
import { createDirectoryIndex } from "../../../src/service/directory/directory-index.ts";
import { AgentPage } from "../../support/agent-page.ts";
import { manyAgents } from "../harness/directory.ts";
import type { Figure } from "../harness/figure.ts";
import { row } from "../harness/figure.ts";
import { PASSWORD } from "../harness/stage.ts";
import { quantile } from "../harness/statistics.ts";

const AGENTS = 50_000;
/** What people type: parts of names, accents or none, groups, numbers. */
const TEXTS = ["muller", "jose garcia", "agent.4321", "lef", "second", "oz 7", "refunds", "petrov 19", "zzz", "klara"];
/** About twice as fast as a fast typist. */
const BETWEEN_KEYS_MS = 60;

export const search: Figure = {
  name: "search",
  agents: AGENTS,
  method:
    "50 000 agents, the real page: from the key's event to the end of the first frame that shows the service's rows for the new text. Besides, the service's search alone, in process, for the same texts.",
  async run(stage) {
    const page = await stage.agentPage();
    const agent = new AgentPage(page, "search.a");
    await agent.signIn(PASSWORD);
    await agent.team.getByRole("row").first().waitFor();
    const times: number[] = [];
    for (const text of TEXTS) times.push(...(await typeText(agent, page, text)));
    const searches = searchInProcess();
    const name = "search among 50 000, key to rows painted";
    return [
      row({ name: `${name}, p50`, unit: "ms", ours: quantile(times, 0.5) }),
      row({ name: `${name}, p95`, unit: "ms", ours: quantile(times, 0.95), goal: { most: 50 } }),
      row({ name: "search among 50 000, the service's part, p50", unit: "ms", ours: quantile(searches, 0.5) }),
      row({ name: "search among 50 000, the service's part, p95", unit: "ms", ours: quantile(searches, 0.95) }),
    ];
  },
};

/** Key by key into an empty field. */
async function typeText(agent: AgentPage, page: Page, text: string): Promise<number[]> {
  await watchForAnswer(page, "");
  await agent.search.fill("");
  await page.evaluate(() => benchScreen.paintedAt());
  await agent.search.focus();
  const times: number[] = [];
  for (let typed = 1; typed <= text.length; typed++) {
    await page.waitForTimeout(BETWEEN_KEYS_MS);
    await watchForAnswer(page, text.slice(0, typed));
    await page.keyboard.press(text[typed - 1]!);
    times.push(await page.evaluate(async () => (await benchScreen.paintedAt()) - benchScreen.inputAt("keydown")));
  }
  return times;
}

/** The list shows what the service answered to this text. */
async function watchForAnswer(page: Page, text: string): Promise<void> {
  await page.evaluate((wanted) => {
    type Communicator = { team?: { text: string; loading: boolean; count?: number } };
    benchScreen.watch(`the answer to "${wanted}"`, (find) => {
      const { team } = (find("parley-app parley-desk-page parley-team-communicator") ?? {}) as Communicator;
      return team?.text === wanted && !team.loading && team.count !== undefined;
    });
  }, text);
}

function searchInProcess(): number[] {
  const index = createDirectoryIndex();
  for (const agent of manyAgents(AGENTS, "localhost")) index.put(agent);
  index.search("", 0, 50);
  return TEXTS.flatMap((text) =>
    Array.from(text, (_, typed) => {
      const begin = performance.now();
      index.search(text.slice(0, typed + 1), 0, 50);
      return performance.now() - begin;
    }),
  );
}
