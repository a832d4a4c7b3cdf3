interface Checked {
  safeParse(value: unknown): {
    error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } | undefined;
  };
}

/** What a schema has against a value: where, by names joined with a dot, and in which words. */
export const faultsOf = (schema: Checked, value: unknown): [string, string][] =>
  (schema.safeParse(value).error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]);

/** Where alone. */
export const faultyPaths = (schema: Checked, value: unknown): string[] => faultsOf(schema, value).map(([path]) => path);
