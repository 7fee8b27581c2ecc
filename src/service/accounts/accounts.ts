/**
 * XEP-0133: Service Administration, version 1.2
 * https://xmpp.org/extensions/xep-0133.html
 *
 * Accounts on the XMPP server, which must have the service's domain among its administrators.
 */
import { OfflineError, StanzaError, TimeoutError } from "../../client/errors.ts";
import type { Iq } from "../../client/stream.ts";
import { AccountError } from "./account-error.ts";
import { CommandProtocolError, runCommand, type CommandResult } from "./ad-hoc-command.ts";

const NODE = "http://jabber.org/protocol/admin#";

export interface Accounts {
  /** §4.1. */
  add(logon: string, password: string): Promise<void>;
  /** §4.2. The server ends the account's connections. */
  remove(logon: string): Promise<void>;
  /** §4.7. */
  changePassword(logon: string, password: string): Promise<void>;
}

/** Every method rejects with AccountError. */
export function accounts({ iq }: { iq: Iq }, { domain, serviceDomain }: { domain: string; serviceDomain: string }): Accounts {
  const jid = (logon: string) => `${logon}@${domain}`;

  async function run(verb: string, logon: string, values: Record<string, string[]>): Promise<void> {
    const result = await runCommand(iq, { to: domain, node: NODE + verb, values }).catch((error: unknown) => {
      throw describeFailure(error, verb, logon, { domain, serviceDomain });
    });
    const failure = failureIn(result);
    if (failure !== undefined) throw refusal(verb, logon, failure);
  }

  return {
    add: (logon, password) => run("add-user", logon, { accountjid: [jid(logon)], password: [password], "password-verify": [password] }),
    remove: (logon) => run("delete-user", logon, { accountjids: [jid(logon)] }),
    changePassword: (logon, password) => run("change-user-password", logon, { accountjid: [jid(logon)], password: [password] }),
  };
}

/** Why the command did nothing although it completed; undefined when it did its work. */
function failureIn({ notes }: CommandResult): string | undefined {
  const error = notes.find((note) => note.type === "error");
  if (error) return error.text;
  // COMPAT: Prosody, up to 13 at least: delete-user reports accounts that it could not delete with a note of type info.
  return notes.find((note) => /could not be deleted/i.test(note.text))?.text;
}

// XEP-0133 names no condition for this: Prosody completes with a note in English, ejabberd answers with a stanza error.
function refusal(verb: string, logon: string, reason: string): AccountError {
  if (verb === "add-user" && /exist/i.test(reason)) return exists(logon);
  if (verb !== "add-user" && /exist|could not be deleted/i.test(reason)) return unknown(logon);
  return new AccountError("refused", `The XMPP server refused: ${reason.replaceAll("\n", " ").trim()}`);
}

function describeFailure(
  error: unknown,
  verb: string,
  logon: string,
  { domain, serviceDomain }: { domain: string; serviceDomain: string },
): AccountError {
  if (error instanceof OfflineError || error instanceof TimeoutError) {
    return new AccountError("unreachable", "The XMPP server can not be reached: accounts can not be changed now");
  }
  if (error instanceof StanzaError) {
    switch (error.condition) {
      case "conflict":
        return exists(logon);
      case "forbidden":
      case "not-allowed":
      case "not-authorized":
        return new AccountError(
          "not-allowed",
          `The XMPP server does not let ${serviceDomain} manage accounts: make it an administrator of ${domain}`,
        );
      case "item-not-found":
        if (verb !== "add-user") return unknown(logon);
        return notOffered(domain);
      case "service-unavailable":
      case "feature-not-implemented":
        return notOffered(domain);
      case "remote-server-timeout":
      case "remote-server-not-found":
        return new AccountError("unreachable", `The XMPP server does not know ${domain}`);
    }
    return new AccountError("refused", `The XMPP server refused: ${error.text ?? error.condition}`);
  }
  if (error instanceof CommandProtocolError) {
    return new AccountError("refused", `The XMPP server does not follow XEP-0133: ${error.message}`);
  }
  throw error;
}

const exists = (logon: string) => new AccountError("exists", `There is an account ${logon} on the XMPP server already`);
const unknown = (logon: string) => new AccountError("unknown", `There is no account ${logon} on the XMPP server`);
const notOffered = (domain: string) =>
  new AccountError("not-offered", `The XMPP server offers no account commands on ${domain} (XEP-0133; in Prosody: admin_adhoc)`);
