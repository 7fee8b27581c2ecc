/** Another transaction stored a row with the same key first (SQLSTATE 23505), in either engine. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "23505";
}
