/** Every option once (over 200 lines: it is the table of interface.md §2); Action inputs, flags, config, README and action.yml come from it. */
import {
  boolean,
  choice,
  duration,
  fileOrNone,
  filesOrNone,
  folders,
  integer,
  list,
  type Mode,
  type Option,
  text,
} from './kinds.ts';

const always: readonly Mode[] = ['check', 'deploy', 'drift', 'comment'];
/** The modes that replay history on a throw-away Postgres. */
const replaying: readonly Mode[] = ['check', 'deploy', 'drift'];

const perRun = 'it belongs to one run, not to the repository';
const secret = 'a secret has no place in a committed file';

/**
 * In defaults, `undefined` means "found or decided later" and `null` means "none".
 * Order is the order of the documentation.
 */
export const optionTable = {
  mode: choice(['check', 'deploy', 'drift', 'comment'], {
    description:
      'What to do: `check` a pull request, `deploy` what was reviewed, look for `drift`, or `comment` for a fork.',
    default: 'check',
    shownDefault: '`check`',
    modes: always,
    notInConfig: perRun,
  }),
  'working-directory': folders({
    description:
      'The package that holds the Drizzle config, relative to the repository root; of a monorepo one or more, each judged and commented on by itself.',
    default: '.',
    shownDefault: '`.`',
    modes: always,
    notInConfig: 'it decides which package the run is about',
  }),
  'drizzle-config': text({
    description: 'The Drizzle config: one file.',
    default: undefined,
    shownDefault: 'found: `drizzle.config.{ts,js,mjs,json}`',
    modes: replaying,
  }),
  'migrations-dir': text({
    description: 'Where the SQL lives.',
    default: undefined,
    shownDefault: "the config's `out`",
    modes: replaying,
  }),
  'migrations-from': choice(['auto', 'drizzle', 'supabase', 'files', 'schema'], {
    description:
      'Who applies the migrations: `drizzle` (journal or 1.0 folders), `supabase` (the Supabase CLI), `files` (every `.sql` by name, another tool), `schema` (nothing committed: the SQL is generated from the Drizzle schema at base and head), or `auto`.',
    default: 'auto',
    shownDefault: '`auto`',
    modes: replaying,
  }),
  transaction: choice(['all', 'each', 'none'], {
    description:
      'What one transaction holds: `all` new migrations (as Drizzle), `each` file (as the Supabase CLI), or `none` (statement by statement).',
    default: undefined,
    shownDefault: 'by `migrations-from`',
    modes: replaying,
  }),
  platform: choice(['auto', 'supabase', 'postgres'], {
    description:
      'What the database looks like: `supabase`, `postgres` (no Supabase objects: for projects that bring their own `auth` schema or run elsewhere), or `auto`.',
    default: 'auto',
    shownDefault: '`auto`',
    modes: replaying,
  }),
  'bootstrap-file': fileOrNone({
    description:
      'SQL run before the base history: roles, functions, extensions or schemas that were made outside the repository.',
    default: null,
    shownDefault: '`none`',
    modes: replaying,
  }),
  'baseline-file': fileOrNone({
    description:
      'A schema dump of production that stands in for the base history when that does not replay from nothing.',
    default: null,
    shownDefault: '`none`',
    modes: replaying,
  }),
  'rls-file': filesOrNone({
    description: 'The hand-written policies, applied after the migrations: one or more files, or `none`.',
    default: undefined,
    shownDefault: 'found: `rls.sql`, `db/rls.sql`, `src/db/rls.sql`, `drizzle/rls.sql`, `supabase/rls.sql`',
    modes: replaying,
  }),
  'seed-file': fileOrNone({
    description:
      'Rows to load before the new migrations, or `none`; tables it leaves empty get generated rows unless `seed-rows` is 0.',
    default: undefined,
    shownDefault: 'found: `supabase/seed.sql`, `db/seed.sql`',
    modes: replaying,
  }),
  'seed-rows': integer(
    { min: 0, max: 1000 },
    {
      description: 'Generated rows per table.',
      default: 5,
      shownDefault: '`5`',
      modes: replaying,
    },
  ),
  base: text(
    {
      description: 'The commit or ref to compare with.',
      default: undefined,
      shownDefault: "the pull request's or merge group's base",
      modes: ['check'],
      notInConfig: perRun,
    },
    // A leading dash would be read by git as an option.
    { pattern: /^[^-\s]\S*$/, expected: 'a commit or ref' },
  ),
  postgres: text(
    {
      description:
        'Where the throw-away Postgres comes from: `auto`, `embedded`, `docker`, `local`, or a `postgres://` URL of a server that may be written to.',
      default: 'auto',
      shownDefault: '`auto`',
      modes: replaying,
    },
    {
      pattern: /^(?:auto|embedded|docker|local|postgres(?:ql)?:\/\/\S+)$/,
      expected: 'auto, embedded, docker, local or a postgres:// URL',
    },
  ),
  'postgres-version': postgresVersion(),
  image: text(
    {
      description: 'The image to use with `docker`.',
      default: null,
      shownDefault: '`supabase/postgres` at an exact tag',
      modes: replaying,
    },
    { pattern: /^\w[\w.\-/:@]*$/, expected: 'an image name, such as supabase/postgres:17.6.1.042' },
  ),
  'data-api-grants': choice(['explicit', 'automatic'], {
    description:
      'Which grants new tables get: `explicit` (Supabase projects since 2026) or `automatic` (`anon` and `authenticated` get every new table).',
    default: 'explicit',
    shownDefault: '`explicit`',
    modes: replaying,
  }),
  'ensure-rls': boolean({
    description:
      'Whether the project has the event trigger that turns row level security on for every new table in `public`.',
    default: false,
    shownDefault: '`false`',
    modes: replaying,
  }),
  'schema-check': choice(['on', 'off'], {
    description:
      "Whether the project's own drizzle-kit is asked if the Drizzle schema and the migrations agree (`on`), or not (`off`); it runs the config and the schema of the pull request, without secrets.",
    default: 'on',
    shownDefault: '`on`',
    modes: replaying,
  }),
  'exposed-schemas': list({
    description: 'The schemas that the Data API serves.',
    default: ['public', 'graphql_public'],
    shownDefault: '`public,graphql_public`',
    modes: replaying,
  }),
  'fail-on': choice(['error', 'warning', 'notice', 'never'], {
    description:
      'The least severity of an introduced finding that blocks: `error`, `warning`, `notice` or `never`.',
    default: 'error',
    shownDefault: '`error`',
    modes: always,
  }),
  comment: choice(['always', 'findings', 'never'], {
    description: 'When to comment on the pull request: `always`, only with `findings`, or `never`.',
    default: 'always',
    shownDefault: '`always`',
    modes: always,
  }),
  'config-file': text({
    description: 'Rule severities, waivers and options; always read from the base commit on a pull request.',
    default: 'gatekeeper.json',
    shownDefault: '`gatekeeper.json`',
    modes: always,
    notInConfig: 'a config file does not name another',
  }),
  'github-token': text({
    description: 'The token to comment with.',
    default: null,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, shown as it is
    shownDefault: '`${{ github.token }}`',
    modes: always,
    secret: true,
    notInConfig: secret,
  }),
  'report-dir': text({
    description: 'Where the report files are written.',
    default: undefined,
    shownDefault: "`.gatekeeper` under the runner's temp",
    modes: always,
    notInConfig: 'the workflow that uploads it has to know it',
  }),
  'database-url': text(
    {
      description: 'The real database, for `deploy` and `drift`.',
      default: null,
      shownDefault: '',
      modes: ['deploy', 'drift'],
      secret: true,
      notInConfig: secret,
    },
    { pattern: /^postgres(?:ql)?:\/\/\S+$/, expected: 'a postgres:// URL' },
  ),
  plan: plan(),
  backup: choice(['required', 'none'], {
    description:
      'For `deploy`: `required` (pg_dump to the report directory before anything is applied) or `none`.',
    default: 'required',
    shownDefault: '`required`',
    modes: ['deploy'],
  }),
  'lock-timeout': duration({
    description: 'For `deploy`: how long a statement may wait for a lock.',
    default: 5000,
    shownDefault: '`5s`',
    modes: ['deploy'],
  }),
  'statement-timeout': duration({
    description: 'For `deploy`: how long a statement may run.',
    default: 300_000,
    shownDefault: '`5min`',
    modes: ['deploy'],
  }),
  'dry-run': boolean({
    description: 'For `deploy`: everything but the apply.',
    default: false,
    shownDefault: '`false`',
    modes: ['deploy'],
    notInConfig: perRun,
  }),
} as const;

export type OptionTable = typeof optionTable;
export type OptionName = keyof OptionTable;

type ValueOf<Entry> = Entry extends Option<infer Value, infer Default> ? Value | Default : never;

/** Every option with its value; `undefined` is "found or decided later", `null` is "none", durations are milliseconds. */
export type Options = { readonly [Name in OptionName]: ValueOf<OptionTable[Name]> };

// The keys of a literal are exactly OptionName; Object.keys only promises strings.
export const optionNames = Object.keys(optionTable) as readonly OptionName[];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name);
}

function postgresVersion(): Option<15 | 16 | 17 | 18> {
  const versions = [15, 16, 17, 18] as const;
  return {
    description: 'The major version of production: 15, 16, 17 or 18.',
    default: 17,
    shownDefault: '`17`',
    modes: replaying,
    kind: 'choice',
    choices: versions.map(String),
    expected: '15, 16, 17 or 18',
    parse: (raw) => versions.find((version) => String(version) === raw),
  };
}

/** Lower case and without the spaces that the comment shows it with. */
function plan(): Option<string, null> {
  return {
    description: 'For `deploy`: the digest that was reviewed (at least its first 12 digits).',
    default: null,
    shownDefault: '',
    modes: ['deploy'],
    notInConfig: perRun,
    kind: 'text',
    choices: null,
    expected: 'the first 12 to 64 hexadecimal digits of the reviewed plan',
    parse: (raw) => {
      const digits = raw.replace(/ /g, '').toLowerCase();
      return /^[0-9a-f]{12,64}$/.test(digits) ? digits : undefined;
    },
  };
}
