/** schema-unreadable: nobody knows whether schema and migrations agree, because drizzle-kit could not read the schema. */
import type { ChangeRule } from './rule.ts';

export const schemaUnreadable: ChangeRule = {
  meta: {
    id: 'schema-unreadable',
    title: 'The Drizzle schema or its config cannot be evaluated',
    category: 'history',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      "The project's own drizzle-kit, run on a copy with dummy database URLs and no secrets, stops at the config or the schema of the pull request, does not end in time, or says nothing that can be read.",
    effect:
      'Whether a migration is missing is unknown. Most often the next `drizzle-kit generate` and the build stop at the same place.',
    remedy:
      'Correct what the finding quotes. A config or schema must load without secrets and without a database: read them where they are used, not at the top level of the file.',
    silentWhen:
      'The base branch cannot be read either (then it is standing), the dependencies are not installed (then it stands in what was not checked), the option `schema-check` is off, or the project has no Drizzle config.',
  },
  scope: 'change',
  check: ({ schema }) => {
    if (schema.state !== 'unreadable') return [];
    const { file, line, what, remedy, kit, atBase } = schema;
    return [
      {
        object: file,
        file,
        line,
        title: `Nobody knows whether a migration is missing: ${file} cannot be evaluated`,
        detail: `${/[.!?]$/.test(what) ? what : `${what}.`} The SQL of this pull request was judged all the same; only its agreement with the schema is unknown.`,
        remedy,
        fix: null,
        evidence: { kit, what },
        standing: atBase,
      },
    ];
  },
};
