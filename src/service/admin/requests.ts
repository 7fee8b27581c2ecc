/** The shapes of what the socket of the command line takes. */
import * as v from "valibot";
import { FieldError } from "../errors.ts";

const words = v.optional(v.array(v.string()));

const agentEntries = {
  logon: v.string(),
  name: v.optional(v.string()),
  groups: words,
  skills: words,
  rights: words,
};

export const addRequest = v.strictObject({
  ...agentEntries,
  password: v.optional(v.string()),
  existingAccount: v.optional(v.boolean()),
});

export const passwordRequest = v.strictObject({ password: v.optional(v.string()) });

export const rightsRequest = v.union([v.strictObject({ set: v.array(v.string()) }), v.strictObject({ grant: words, revoke: words })]);

export const importRow = v.strictObject({ line: v.number(), ...agentEntries, password: v.optional(v.string()) });

const yes = v.pipe(
  v.literal("yes"),
  v.transform(() => true),
);
const number = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

export const listQuery = v.strictObject({ text: v.optional(v.string()), offset: v.optional(number), limit: v.optional(number) });
export const removeQuery = v.strictObject({ keepAccount: v.optional(yes) });
export const importQuery = v.strictObject({ existingAccounts: v.optional(yes) });
export const sessionsQuery = v.strictObject({
  state: v.optional(v.picklist(["not-connected", "connected", "ended"])),
  logon: v.optional(v.string()),
  limit: v.optional(number),
});
export const auditQuery = v.strictObject({
  logon: v.optional(v.string()),
  since: v.optional(number),
  before: v.optional(number),
  limit: v.optional(number),
});

/** The input in its right shape, without what is undefined. Throws FieldError. */
export function parseInput<Schema extends v.GenericSchema>(schema: Schema, input: unknown): Given<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, input);
  if (!result.success) {
    const issue = result.issues[0];
    throw new FieldError(v.getDotPath(issue) ?? "request", issue.message);
  }
  return withoutUndefined(result.output as object) as Given<v.InferOutput<Schema>>;
}

/** With optional keys that are left out rather than undefined. */
type Given<T> = T extends unknown
  ? { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
      [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
    }
  : never;

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
