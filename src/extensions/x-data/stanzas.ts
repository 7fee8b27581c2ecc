/**
 * XEP-0004: Data Forms, version 2.13.2
 * https://xmpp.org/extensions/xep-0004.html
 */
import { xml, type Element } from "../../client/xml.ts";
import { defined } from "../fields.ts";
import { known } from "../stanza.ts";

export const NS_DATA = "jabber:x:data";

const TYPES = ["form", "submit", "cancel", "result"] as const;

export type FormType = (typeof TYPES)[number];

export interface Field {
  var: string;
  type?: string;
  values: string[];
}

/** A form, as far as programs fill and read it. Labels and instructions are for people and not kept. */
export interface Form {
  type: FormType;
  fields: Field[];
}

export function buildForm({ type, fields }: Form): Element {
  return xml(
    "x",
    { xmlns: NS_DATA, type },
    ...fields.map((field) => xml("field", { var: field.var, type: field.type }, ...field.values.map((value) => xml("value", {}, value)))),
  );
}

/** The forms within this payload. A field without a name can not be read by a program and is left out. */
export function parseForms(payload: Element): Form[] {
  return payload.getChildren("x", NS_DATA).flatMap((x) => {
    const type = known(TYPES, x.attrs["type"]);
    return type ? [{ type, fields: x.getChildren("field", NS_DATA).flatMap(parseField) }] : [];
  });
}

function parseField(field: Element): Field[] {
  const { var: name, type } = field.attrs;
  const values = field.getChildren("value", NS_DATA).map((value) => value.text());
  return name ? [{ var: name, ...defined({ type }), values }] : [];
}

/** The form's purpose (XEP-0068): the value of its hidden field FORM_TYPE. */
export function formTypeOf(form: Form): string | undefined {
  return valueOf(form, "FORM_TYPE");
}

/** The first value of a field. */
export function valueOf(form: Form, name: string): string | undefined {
  return form.fields.find((field) => field.var === name)?.values[0];
}
