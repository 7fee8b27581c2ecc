/** The schema, step by step. Append only: a step that has run anywhere is never changed. */
export interface Migration {
  /** 1, 2, 3, … without a gap. */
  number: number;
  name: string;
  /** One statement each. */
  statements: readonly string[];
}

export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: "agents, sessions, directory, audit",
    statements: [
      // `revision` is that of the directory when the agent changed last, so that every instance can catch up.
      `CREATE TABLE agents (
         jid text PRIMARY KEY,
         logon text NOT NULL UNIQUE,
         name text NOT NULL,
         groups text[] NOT NULL,
         skills text[] NOT NULL,
         rights text[] NOT NULL,
         removed boolean NOT NULL DEFAULT false,
         revision integer NOT NULL
       )`,
      "CREATE INDEX agents_revision ON agents (revision)",
      "CREATE TABLE directory (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), revision integer NOT NULL)",
      "INSERT INTO directory (revision) VALUES (0)",
      // What was last known of an agent's presence, so that a restart can tell a death from a sign-out.
      `CREATE TABLE presences (
         jid text PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
         readiness text NOT NULL CHECK (readiness IN ('ready', 'not-ready', 'away', 'unreachable', 'signed-out')),
         reason text,
         since timestamptz NOT NULL
       )`,
      "CREATE INDEX presences_unreachable ON presences (since) WHERE readiness = 'unreachable'",
      `CREATE TABLE sessions (
         id uuid PRIMARY KEY,
         revision integer NOT NULL,
         state text NOT NULL CHECK (state IN ('not-connected', 'connected', 'ended')),
         mode text NOT NULL CHECK (mode IN ('parley', 'plain')),
         created_at timestamptz NOT NULL,
         expires_at timestamptz NOT NULL,
         offered boolean NOT NULL,
         timed_out boolean NOT NULL,
         accepted_at timestamptz,
         accepted_by text,
         ended_at timestamptz,
         ended_by text CHECK (ended_by IN ('inviter', 'target')),
         inviter text NOT NULL REFERENCES agents,
         inviter_reason text,
         inviter_done boolean NOT NULL,
         inviter_present boolean NOT NULL,
         inviter_grace_until timestamptz,
         target text NOT NULL REFERENCES agents,
         target_reason text,
         target_done boolean NOT NULL,
         target_present boolean NOT NULL,
         target_grace_until timestamptz,
         CHECK (inviter <> target),
         CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
         CHECK (state <> 'connected' OR accepted_at IS NOT NULL),
         CHECK (state = 'ended' OR NOT (inviter_done OR target_done))
       )`,
      // Two agents never have two open sessions with each other, whoever invites whom.
      "CREATE UNIQUE INDEX sessions_open_pair ON sessions (least(inviter, target), greatest(inviter, target)) WHERE state <> 'ended'",
      "CREATE INDEX sessions_inviter ON sessions (inviter, created_at) WHERE NOT inviter_done",
      "CREATE INDEX sessions_target ON sessions (target, created_at) WHERE NOT target_done",
      "CREATE INDEX sessions_created ON sessions (created_at)",
      `CREATE INDEX sessions_deadline ON sessions (least(CASE WHEN state = 'not-connected' AND NOT timed_out THEN expires_at END,
         inviter_grace_until, target_grace_until)) WHERE state <> 'ended'`,
      // An invitation may be answered with a session that was there already: its id stands for that one from then on.
      "CREATE TABLE session_aliases (id uuid PRIMARY KEY, inviter text NOT NULL, target text NOT NULL, session_id uuid NOT NULL REFERENCES sessions)",
      // The row that serialises all that happens to an agent's list; `last_session` is what its newest version told.
      `CREATE TABLE session_lists (
         jid text PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
         version integer NOT NULL DEFAULT 0,
         last_session uuid REFERENCES sessions
       )`,
      `CREATE TABLE favorites (
         owner text NOT NULL REFERENCES agents ON DELETE CASCADE,
         jid text NOT NULL REFERENCES agents ON DELETE CASCADE,
         PRIMARY KEY (owner, jid)
       )`,
      `CREATE TABLE recents (
         owner text NOT NULL REFERENCES agents ON DELETE CASCADE,
         jid text NOT NULL REFERENCES agents ON DELETE CASCADE,
         at timestamptz NOT NULL,
         PRIMARY KEY (owner, jid)
       )`,
      // Which agents' presence a client looks at. Kept, so that a client need not notice a restart.
      "CREATE TABLE watches (client text PRIMARY KEY, jids text[] NOT NULL)",
      "CREATE TABLE capabilities (ver text PRIMARY KEY, im_session boolean NOT NULL)",
      `CREATE TABLE audit (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         at timestamptz NOT NULL,
         actor text NOT NULL,
         action text NOT NULL,
         subject text,
         session_id uuid,
         outcome text NOT NULL
       )`,
      "CREATE INDEX audit_actor ON audit (actor, id)",
      "CREATE INDEX audit_session ON audit (session_id, id)",
    ],
  },
  {
    number: 2,
    name: "the audit of one agent is found without reading all of it",
    statements: ["CREATE INDEX audit_subject ON audit (subject, id)"],
  },
];
