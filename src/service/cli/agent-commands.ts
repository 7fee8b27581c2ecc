import { type Command, Option } from "commander";
import type { AddedAgent } from "../admin/administration.ts";
import { DEFAULT_ROLE, ROLES } from "../admin/roles.ts";
import type { Agent, AgentListing } from "../agents/types.ts";
import { type Context, print, printJson } from "./context.ts";
import { importFile } from "./import-file.ts";
import { readPassword } from "./password-input.ts";
import { parseRightsChange } from "./rights-change.ts";
import { formatTable, formatTime } from "./table.ts";

const PASSWORD_STDIN = ["--password-stdin", "read the password from the first line of standard input"] as const;
const JSON_OUTPUT = ["--json", "print JSON"] as const;

const pathOf = (logon: string) => `/agents/${encodeURIComponent(logon)}`;
const collect = (value: string, earlier: string[] = []) => [...earlier, value];

interface AddFlags {
  name?: string;
  group?: string[];
  skill?: string[];
  right?: string[];
  role?: keyof typeof ROLES;
  passwordStdin?: true;
  existingAccount?: true;
  json?: true;
}

/** `parley agent …` */
export function agentCommands(program: Command, context: Context): void {
  const agent = program.command("agent").description("agents: their accounts, their entries in the directory, their rights");

  agent
    .command("add <logon>")
    .description("add an agent; the password is asked for, or generated and printed once")
    .option("--name <name>", "the name colleagues read; the logon unless given")
    .option("--group <group>", "a group of the agent; may be repeated", collect)
    .option("--skill <skill>", "a skill of the agent; may be repeated", collect)
    .option("--right <right>", "a right of the agent, instead of a role; may be repeated", collect)
    .addOption(new Option("--role <role>", "rights that belong together").choices(Object.keys(ROLES)).conflicts("right"))
    .option(...PASSWORD_STDIN)
    .option("--existing-account", "take the account of this name that the XMPP server has already")
    .option(...JSON_OUTPUT)
    .addHelpText("after", `\nWithout --right and --role the agent gets the role ${DEFAULT_ROLE}. Roles:\n${rolesHelp()}`)
    .action(async (logon: string, flags: AddFlags) => {
      const client = context.client();
      const password =
        flags.existingAccount && !flags.passwordStdin ? undefined : await readPassword(context, flags.passwordStdin === true);
      const rights = flags.right ?? (flags.role && ROLES[flags.role]);
      const added = await client.call<AddedAgent>("POST", "/agents", {
        logon,
        name: flags.name,
        groups: flags.group,
        skills: flags.skill,
        rights,
        password,
        existingAccount: flags.existingAccount,
      });
      if (flags.json) return printJson(context, added);
      print(context, `Added ${added.agent.jid}`);
      if (added.password !== undefined) print(context, `Password: ${added.password}`);
    });

  agent
    .command("import <file>")
    .description("add and update agents from a CSV file with the columns logon, name, groups, skills, rights, password")
    .option("--existing-accounts", "take accounts that the XMPP server has already")
    .action((file: string, flags: { existingAccounts?: true }) =>
      importFile(context, file, { existingAccounts: flags.existingAccounts === true }),
    );

  agent
    .command("list [text]")
    .description("list the agents; with a text those whose logon, name, group or skill has its words")
    .option(...JSON_OUTPUT)
    .action(async (text: string | undefined, flags: { json?: true }) => {
      const agents = await fetchAgents(context, text);
      if (flags.json) return printJson(context, agents);
      print(context, agents.length === 0 ? "No agents" : formatAgents(agents));
    });

  agent
    .command("passwd <logon>")
    .description("change an agent's password; it is asked for, or generated and printed once")
    .option(...PASSWORD_STDIN)
    .action(async (logon: string, flags: { passwordStdin?: true }) => {
      const client = context.client();
      await client.call("GET", pathOf(logon));
      const password = await readPassword(context, flags.passwordStdin === true);
      const changed = await client.call<{ password?: string }>("PUT", `${pathOf(logon)}/password`, { password });
      print(context, `Changed the password of ${logon}`);
      if (changed.password !== undefined) print(context, `Password: ${changed.password}`);
    });

  agent
    .command("rights <logon> [changes...]")
    .description("show the rights of an agent, or change them: +im.make grants, -im.release takes away")
    .option("--set <right...>", "exactly these rights; `none` for none")
    .addOption(new Option("--role <role>", "exactly the rights of this role").choices(Object.keys(ROLES)).conflicts("set"))
    .option(...JSON_OUTPUT)
    // "-im.release" looks like an option.
    .allowUnknownOption()
    .action(async (logon: string, changes: string[], flags: { set?: string[]; role?: keyof typeof ROLES; json?: true }) => {
      const change = parseRightsChange(changes, flags.role ? ROLES[flags.role] : flags.set);
      const client = context.client();
      const { rights } = change
        ? await client.call<Agent>("PATCH", `${pathOf(logon)}/rights`, change)
        : await client.call<AgentListing>("GET", pathOf(logon));
      if (flags.json) return printJson(context, rights);
      print(context, rights.length === 0 ? "no rights" : rights.join("\n"));
    });

  agent
    .command("remove <logon>")
    .description("remove an agent and its account; its sessions end")
    .option("--keep-account", "leave the account on the XMPP server")
    .action(async (logon: string, flags: { keepAccount?: true }) => {
      await context.client().call("DELETE", `${pathOf(logon)}${flags.keepAccount ? "?keepAccount=yes" : ""}`);
      print(context, `Removed ${logon}`);
    });
}

const PAGE = 1000;

async function fetchAgents(context: Context, text: string | undefined): Promise<AgentListing[]> {
  const client = context.client();
  const agents: AgentListing[] = [];
  for (;;) {
    const query = new URLSearchParams({ ...(text === undefined ? {} : { text }), offset: String(agents.length), limit: String(PAGE) });
    const page = await client.call<{ agents: AgentListing[]; count: number }>("GET", `/agents?${String(query)}`);
    agents.push(...page.agents);
    if (page.agents.length === 0 || agents.length >= page.count) return agents;
  }
}

function formatAgents(agents: readonly AgentListing[]): string {
  return formatTable(
    ["LOGON", "NAME", "READINESS", "SINCE", "GROUPS", "SKILLS", "RIGHTS"],
    agents.map(({ logon, name, readiness, reason, since, groups, skills, rights }) => [
      logon,
      name,
      reason ? `${readiness} (${reason})` : readiness,
      formatTime(since),
      groups.join(", "),
      skills.join(", "),
      rights.join(" "),
    ]),
  );
}

function rolesHelp(): string {
  return Object.entries(ROLES)
    .map(([role, rights]) => `  ${role.padEnd(6)} ${rights.join(" ")}`)
    .join("\n");
}
