/**
 * XEP-0050: Ad-Hoc Commands, version 1.3.0
 * https://xmpp.org/extensions/xep-0050.html
 *
 * The one course that service administration needs: execute, fill in the form, complete.
 */
import type { Iq } from "../../client/stream.ts";
import { xml, type Element } from "../../client/xml.ts";
import { buildForm, parseForms, type Form } from "../../extensions/x-data/index.ts";

export const NS_COMMANDS = "http://jabber.org/protocol/commands";

export interface AdHocCommand {
  /** Who offers it. */
  to: string;
  node: string;
  /** By the names of the form's fields. Those that the form does not have are left out. */
  values: Record<string, string[]>;
}

export interface CommandResult {
  /** §3.4: `<note/>`s for people. A failed command completes with a note of type error. */
  notes: { type: "info" | "warn" | "error"; text: string }[];
}

/** The answer to a command is not what XEP-0050 knows. */
export class CommandProtocolError extends Error {
  override name = "CommandProtocolError";
}

/** Runs a command of one form. Rejects with what `iq.request` rejects with, and with CommandProtocolError. */
export async function runCommand(iq: Iq, { to, node, values }: AdHocCommand): Promise<CommandResult> {
  const offered = await step(iq, to, { node, action: "execute" });
  const { sessionid } = offered.attrs;
  const [form] = parseForms(offered);
  if (offered.attrs["status"] !== "executing" || !sessionid || !form) {
    throw new CommandProtocolError(`${node} did not answer with a form`);
  }
  const completed = await step(iq, to, { node, sessionid, action: "complete" }, buildForm(fillIn(form, values)));
  if (completed.attrs["status"] !== "completed") {
    throw new CommandProtocolError(`${node} is ${completed.attrs["status"] ?? "without status"} after its only form`);
  }
  return { notes: completed.getChildren("note", NS_COMMANDS).map(parseNote) };
}

async function step(iq: Iq, to: string, attrs: Record<string, string>, ...children: Element[]): Promise<Element> {
  const payload = xml("command", { xmlns: NS_COMMANDS, ...attrs }, ...children);
  const answer = await iq.request({ type: "set", to, payload });
  if (!answer?.is("command", NS_COMMANDS)) throw new CommandProtocolError(`${attrs["node"]} did not answer with a command`);
  return answer;
}

function fillIn(form: Form, values: Record<string, string[]>): Form {
  return {
    type: "submit",
    fields: form.fields.flatMap((field) => {
      // XEP-0068 §3.2: FORM_TYPE goes back as it came.
      if (field.var === "FORM_TYPE") return [{ var: field.var, type: "hidden", values: field.values }];
      const filled = values[field.var];
      return filled ? [{ var: field.var, values: filled }] : [];
    }),
  };
}

function parseNote(note: Element): CommandResult["notes"][number] {
  const type = note.attrs["type"];
  return { type: type === "warn" || type === "error" ? type : "info", text: note.text() };
}
