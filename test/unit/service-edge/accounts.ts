import { describe, expect, test } from "vitest";
import { OfflineError, StanzaError, TimeoutError } from "../../../src/client/errors.ts";
import type { Iq, IqRequest } from "../../../src/client/stream.ts";
import { type Element, xml } from "../../../src/client/xml.ts";
import { AccountError } from "../../../src/service/accounts/account-error.ts";
import { accounts } from "../../../src/service/accounts/accounts.ts";

const NS = "http://jabber.org/protocol/commands";
const DOMAINS = { domain: "example.org", serviceDomain: "parley.example.org" };

/** A server that answers one request after the other with these, and what it was asked. */
function server(...answers: (Element | undefined | Error)[]): { iq: Iq; asked: string[] } {
  const asked: string[] = [];
  const iq: Iq = {
    async request({ type, to, payload }: IqRequest) {
      asked.push(`${type} ${to} ${payload.toString()}`);
      const answer = answers[asked.length - 1];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    handle: () => () => {},
  };
  return { iq, asked };
}

const field = (name: string, type: string, value?: string) =>
  xml("field", { var: name, type }, value === undefined ? undefined : xml("value", {}, value));
const form = (...fields: Element[]) =>
  xml(
    "command",
    { xmlns: NS, node: "n", sessionid: "s1", status: "executing" },
    xml("x", { xmlns: "jabber:x:data", type: "form" }, field("FORM_TYPE", "hidden", "http://jabber.org/protocol/admin"), ...fields),
  );
const addForm = form(
  field("accountjid", "jid-single"),
  field("password", "text-private"),
  field("password-verify", "text-private"),
  field("email", "text-single"),
);
const deleteForm = form(field("accountjids", "jid-multi"));
const completed = (type?: string, text = "") =>
  xml("command", { xmlns: NS, node: "n", sessionid: "s1", status: "completed" }, type ? xml("note", { type }, text) : undefined);

/** The failure and its sentence; "done" when there is none. */
async function outcome(work: Promise<void>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return `${error.failure}: ${error.message}`;
  }
}

describe("accounts", () => {
  test("are added in two steps, with the fields that the server's form has", async () => {
    const { iq, asked } = server(addForm, completed("info", "Account successfully created"));
    await accounts({ iq }, DOMAINS).add("b.agent", "p<ss");
    expect(asked).toEqual([
      `set example.org <command xmlns="${NS}" node="http://jabber.org/protocol/admin#add-user" action="execute"/>`,
      `set example.org <command xmlns="${NS}" node="http://jabber.org/protocol/admin#add-user" sessionid="s1" action="complete"><x xmlns="jabber:x:data" type="submit">` +
        '<field var="FORM_TYPE" type="hidden"><value>http://jabber.org/protocol/admin</value></field>' +
        '<field var="accountjid"><value>b.agent@example.org</value></field><field var="password"><value>p&lt;ss</value></field><field var="password-verify"><value>p&lt;ss</value></field></x></command>',
    ]);
  });

  test("are added with a server that asks for the password once only", async () => {
    const { iq, asked } = server(form(field("accountjid", "jid-single"), field("password", "text-private")), completed());
    await accounts({ iq }, DOMAINS).add("b.agent", "x");
    expect(asked[1]).not.toContain("password-verify");
  });

  test.each([
    ["Prosody", completed("error", "Account already exists")],
    ["ejabberd", new StanzaError("cancel", "conflict", "User already exists")],
  ])("that exist are told as such, as %s says it", async (_server, answer) => {
    expect(await outcome(accounts(server(addForm, answer), DOMAINS).add("b.agent", "x"))).toBe(
      "exists: There is an account b.agent on the XMPP server already",
    );
  });

  test.each([
    ["Prosody", completed("error", "User does not exist")],
    ["ejabberd", new StanzaError("cancel", "item-not-found")],
  ])("that do not exist keep no password, as %s says it", async (_server, answer) => {
    expect(await outcome(accounts(server(addForm, answer), DOMAINS).changePassword("b.agent", "x"))).toBe(
      "unknown: There is no account b.agent on the XMPP server",
    );
  });

  test("that Prosody could not delete are told as unknown, others are deleted", async () => {
    const failed = completed("info", "The following accounts could not be deleted:\nb.agent@example.org");
    expect(await outcome(accounts(server(deleteForm, failed), DOMAINS).remove("b.agent"))).toMatch(/^unknown:/);
    const done = completed("info", "The following accounts were successfully deleted:\nb.agent@example.org\n");
    expect(await outcome(accounts(server(deleteForm, done), DOMAINS).remove("b.agent"))).toBe("done");
  });

  test.each([
    [
      new StanzaError("auth", "forbidden", "You don't have permission"),
      "not-allowed: The XMPP server does not let parley.example.org manage accounts: make it an administrator of example.org",
    ],
    [
      new StanzaError("cancel", "not-allowed"),
      "not-allowed: The XMPP server does not let parley.example.org manage accounts: make it an administrator of example.org",
    ],
    [
      new StanzaError("cancel", "service-unavailable"),
      "not-offered: The XMPP server offers no account commands on example.org (XEP-0133; in Prosody: admin_adhoc)",
    ],
    [
      new StanzaError("cancel", "feature-not-implemented"),
      "not-offered: The XMPP server offers no account commands on example.org (XEP-0133; in Prosody: admin_adhoc)",
    ],
    [new StanzaError("wait", "remote-server-not-found"), "unreachable: The XMPP server does not know example.org"],
    [new OfflineError("x"), "unreachable: The XMPP server can not be reached: accounts can not be changed now"],
    [new TimeoutError("x", 1), "unreachable: The XMPP server can not be reached: accounts can not be changed now"],
    [new StanzaError("modify", "not-acceptable", "Too short"), "refused: The XMPP server refused: Too short"],
    [
      xml("command", { xmlns: NS, status: "completed" }),
      "refused: The XMPP server does not follow XEP-0133: http://jabber.org/protocol/admin#add-user did not answer with a form",
    ],
    [
      xml("query", { xmlns: "jabber:iq:version" }),
      "refused: The XMPP server does not follow XEP-0133: http://jabber.org/protocol/admin#add-user did not answer with a command",
    ],
    [
      undefined,
      "refused: The XMPP server does not follow XEP-0133: http://jabber.org/protocol/admin#add-user did not answer with a command",
    ],
  ])("that can not be changed say why: %s", async (answer, sentence) => {
    expect(await outcome(accounts(server(answer), DOMAINS).add("b.agent", "x"))).toBe(sentence);
  });

  test("say what the server said when it completes without doing", async () => {
    const { iq } = server(addForm, completed("error", "Invalid data.\nPassword mismatch, or empty username"));
    expect(await outcome(accounts({ iq }, DOMAINS).add("b.agent", "x"))).toBe(
      "refused: The XMPP server refused: Invalid data. Password mismatch, or empty username",
    );
    expect(await outcome(accounts(server(addForm, addForm), DOMAINS).add("b.agent", "x"))).toMatch(/is executing after its only form/);
  });

  test("pass on what is a fault of ours", async () => {
    await expect(accounts(server(new TypeError("bug")), DOMAINS).add("b.agent", "x")).rejects.toThrow(TypeError);
  });
});
