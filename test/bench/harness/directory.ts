/** A directory of the size of a large contact centre, written into the service's database before the service starts. */
import { join } from "node:path";
import { checkAgent } from "../../../src/service/agents/check-agent.ts";
import { nextDirectoryRevision, putAgents } from "../../../src/service/agents/store.ts";
import type { Agent } from "../../../src/service/agents/types.ts";
import { migrate } from "../../../src/service/database/migrate.ts";
import { openPglite } from "../../../src/service/database/pglite.ts";

const FIRST = [
  "Ada",
  "Ben",
  "Cleo",
  "Dana",
  "Emil",
  "Fatma",
  "Günther",
  "Hana",
  "Igor",
  "José",
  "Klára",
  "Léa",
  "Mehmet",
  "Nadia",
  "Øyvind",
  "Paola",
  "Quentin",
  "Renée",
  "Søren",
  "Tomás",
];
const LAST = [
  "Abel",
  "Bergström",
  "Castro",
  "Dvořák",
  "Eriksen",
  "Fischer",
  "García",
  "Huber",
  "Ivanova",
  "Jónsson",
  "Kaya",
  "Lefèvre",
  "Müller",
  "Novák",
  "Öztürk",
  "Petrov",
  "Quinn",
  "Ramírez",
  "Schmidt",
  "Türk",
];
const GROUPS = ["Billing", "Claims", "Field", "Sales", "Second level", "Technical"];
const SKILLS = ["refunds", "contracts", "hardware", "English", "Deutsch", "español"];
const RIGHTS = ["im.use", "im.make", "im.release"];

const BATCH = 5_000;

/** The same agents each time. */
export function manyAgents(count: number, domain: string): Agent[] {
  return Array.from({ length: count }, (_, number) => {
    const pick = (list: readonly string[], stride: number) => list[Math.floor(number / stride) % list.length]!;
    const [first, last] = [pick(FIRST, 1), pick(LAST, FIRST.length)];
    return checkAgent(
      {
        logon: `agent.${number}`,
        name: `${first} ${last} ${number}`,
        groups: [pick(GROUPS, 7)],
        skills: [pick(SKILLS, 3)],
        rights: RIGHTS,
      },
      domain,
    );
  });
}

/** Fills the database of a service that does not run. `data`: its PARLEY_DATA. */
export async function fillDirectory(data: string, agents: readonly Agent[]): Promise<void> {
  const database = await openPglite(join(data, "db"));
  try {
    await migrate(database);
    await database.transaction(async (tx) => {
      const revision = await nextDirectoryRevision(tx);
      for (let first = 0; first < agents.length; first += BATCH) await putAgents(tx, agents.slice(first, first + BATCH), revision);
    });
  } finally {
    await database.close();
  }
}

/** Those who sign in while it is measured, for `parley agent import`. */
export function actorsCsv(logons: readonly string[], password: string): string {
  const rows = logons.map((logon) => `${logon},Agent ${logon},Billing,English,${RIGHTS.join(";")},${password}`);
  return ["logon,name,groups,skills,rights,password", ...rows, ""].join("\n");
}
