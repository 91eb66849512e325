/** Every failure we know: a stable code, what happened, and what to do; over 300 lines because it is one list. Anything else is our bug (exit 3). */

interface KnownFailure<Data> {
  readonly message: (data: Data) => string;
  readonly remedy: (data: Data) => string;
}

function known<Data>(message: (data: Data) => string, remedy: (data: Data) => string): KnownFailure<Data> {
  return { message, remedy };
}

/** Text of the user in a message: on one line, not too long. */
function quoted(text: string): string {
  // Before it is cut: half of a password is one, too.
  return JSON.stringify(text.length > 80 ? `${withoutPasswords(text).slice(0, 80)}…` : text);
}

/** A URL may have come to the wrong place, and messages stand in logs and comments. */
function withoutPasswords(text: string): string {
  return text
    .replace(/(:\/\/[^\s"':@/]*):[^\s"']+@/g, '$1:…@')
    .replace(/([?&](?:password|sslpassword)=)[^\s"'&]+/gi, '$1…');
}

function place(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`;
}

/** A clause of ours as a sentence; a name at its start keeps its spelling. */
function sentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function suggestion(nearest: string | null, valid: readonly string[]): string {
  return nearest === null ? `There are: ${valid.join(', ')}.` : `Did you mean ${nearest}?`;
}

/** As the user types it. */
function written(source: 'input' | 'flag', name: string): string {
  return source === 'flag' ? `--${name}` : name;
}

/** Add a failure here, sorted by code; `docs/errors.md` is generated from this list. All of them exit 2. */
export const errorCatalogue = {
  'argument-unexpected': known<{ command: string; argument: string }>(
    ({ command, argument }) => `gatekeeper ${command} takes no ${quoted(argument)}.`,
    () => 'Leave it out, or see gatekeeper help.',
  ),
  'base-commit-missing': known<{ base: string; why: string }>(
    ({ base, why }) => `The base ${quoted(base)} cannot be compared with: ${why}.`,
    () =>
      'Set `fetch-depth: 0` on actions/checkout (the clone then holds the whole history), or correct `base`.',
  ),
  'base-incomplete': known<{
    where: string;
    missing: string;
    first: string | null;
    others: number;
    commentedOut?: string | null;
  }>(
    ({ where, missing, first, others, commentedOut = null }) =>
      commentedOut === null
        ? `${where} needs ${missing}, which the base history does not make here${first === null ? '' : `: ${first}${others === 0 ? '' : `, and so did ${others} more of its statements`}, when it was replayed from nothing`}. That is not this pull request's fault, and nothing can be said about it.`
        : `${where} needs ${missing}, which the base history does not make here: ${commentedOut} is commented out, as \`drizzle-kit pull\` writes the first migration of a database that stands already. That is not this pull request's fault, and nothing can be said about it.`,
    ({ commentedOut = null }) =>
      commentedOut === null
        ? 'Give the gate what was made outside the repository: `bootstrap-file` (roles, extensions, schemas, functions), or `baseline-file` (a schema dump of production, `supabase db dump`).'
        : `Commit a schema dump of production and name it with \`baseline-file\`: \`supabase db dump -f baseline.sql\`, or \`pg_dump --schema-only --no-owner -f baseline.sql\`. Or copy ${commentedOut}, take the comment marks out of the copy, and name that with \`bootstrap-file\`.`,
  ),
  'base-journal-unreadable': known<{ file: string; line: number | null; why: string }>(
    ({ file, line, why }) =>
      `${place(file, line)} cannot be read at the base commit (${why}), so nobody can tell what production holds.`,
    ({ file }) => `Mend ${file} on the base branch first.`,
  ),
  'cache-unusable': known<{ directory: string | null; why: string }>(
    ({ directory, why }) =>
      directory === null
        ? `There is no directory for the cache of server binaries: ${why}.`
        : `The cache ${quoted(directory)} cannot be used: ${why}.`,
    () =>
      'Set GATEKEEPER_CACHE to an absolute path of a directory that belongs to you and that only you can write to; as root, one that others can enter.',
  ),
  'command-unknown': known<{ command: string | null; nearest: string | null; valid: readonly string[] }>(
    ({ command }) =>
      command === null ? 'No command was given.' : `gatekeeper has no command ${quoted(command)}.`,
    ({ nearest, valid }) => suggestion(nearest, valid),
  ),
  'config-invalid': known<{ file: string; line: number | null; what: string }>(
    ({ file, line, what }) => `${place(file, line)}: ${what}.`,
    ({ file }) => `Correct ${file} on the base branch: it is always read from there.`,
  ),
  'config-key-unknown': known<{
    file: string;
    line: number | null;
    key: string;
    nearest: string | null;
    valid: readonly string[];
  }>(
    ({ file, line, key }) => `${place(file, line)}: there is no ${quoted(key)} in a config file.`,
    ({ nearest, valid }) => suggestion(nearest, valid),
  ),
  'config-not-json': known<{ file: string; line: number; column: number; what: string }>(
    ({ file, line, column, what }) => `${file}:${line}:${column} is not valid JSON: ${what}.`,
    ({ file }) => `Correct ${file} on the base branch: it is always read from there.`,
  ),
  'config-option-refused': known<{ file: string; line: number | null; option: string; why: string }>(
    ({ file, line, option, why }) => `${place(file, line)}: ${quoted(option)} cannot be set here: ${why}.`,
    ({ option }) => `Give ${option} as an input or flag instead.`,
  ),
  'database-closed': known<{ why: string; places: readonly string[] }>(
    ({ why, places }) =>
      `The SQL closes the database to new sessions (${why}): nothing more can be tried, and after a deploy nobody could go on either.${places.length === 0 ? '' : ` Such settings are made at ${places.join(', ')}.`}`,
    () =>
      'Take the CONNECTION LIMIT, NOLOGIN or default_transaction_read_only out of the SQL; who has to close a database for a while does it by hand, and opens it again.',
  ),
  'database-stuck': known<{ seconds: number }>(
    ({ seconds }) => `Postgres did not end a statement within ${seconds} s of being told to.`,
    () => 'Run the check again; if it happens again, report the statement that was running.',
  ),
  'drizzle-config-ambiguous': known<{ files: readonly string[] }>(
    ({ files }) =>
      `There are several Drizzle configs, and they do not agree on \`out\`: ${files.join(', ')}.`,
    ({ files }) =>
      `Name the one that production uses: \`drizzle-config: ${files[0] ?? 'drizzle.config.ts'}\`, relative to working-directory.`,
  ),
  'drizzle-config-missing': known<{ directory: string; commit: string; elsewhere: readonly string[] }>(
    ({ directory, commit, elsewhere }) =>
      `There is no Drizzle config in ${directory === '.' ? 'the top folder of the repository' : directory} at ${commit}.${elsewhere.length === 0 ? '' : ` There is one in ${elsewhere.join(', ')}.`}`,
    ({ elsewhere }) =>
      `Set \`working-directory\` to the package that holds it${elsewhere[0] === undefined ? '' : ` (\`${elsewhere[0]}\`)`}, or \`drizzle-config\`; without Drizzle set \`migrations-dir\`.`,
  ),
  'drizzle-config-unreadable': known<{ file: string; line: number | null; why: string }>(
    ({ file, line, why }) => `${place(file, line)}: ${why}.`,
    () => 'Set `migrations-dir` to the folder of the migrations; the config is read, never run.',
  ),
  'drizzle-dialect-unsupported': known<{ file: string; dialect: string }>(
    ({ file, dialect }) => `${file} is for the dialect ${quoted(dialect)}; the gate judges postgresql.`,
    () => 'Name the config of your Postgres database with `drizzle-config`.',
  ),
  'drizzle-out-absolute': known<{ file: string; line: number; path: string; folder: string | null }>(
    ({ file, line, path }) =>
      `${file}:${line}: \`out\` is the absolute path ${path}. drizzle-kit 0.x puts \`./\` in front of it when it reads its snapshots: \`generate\` finds none, writes nothing and still exits with 0.`,
    ({ folder }) =>
      `Write it relative to where drizzle-kit is run${folder === null ? '' : ` (\`out: './${folder}'\`)`}. drizzle-kit 1.0 can live with an absolute path; the gate then needs \`migrations-dir\` set to the folder in the repository.`,
  ),
  'event-refused': known<{ event: string }>(
    ({ event }) => `The gate does not run on ${event}.`,
    () =>
      'Use `pull_request`: on `pull_request_target` code of a fork would be judged with a token that can write and with your secrets in reach. For comments on pull requests from forks add a second workflow on `workflow_run` (mode: comment).',
  ),
  'event-unreadable': known<{ event: string; problem: string }>(
    ({ event, problem }) => `The payload of the ${quoted(event)} event cannot be read: ${problem}.`,
    () => 'Run the gate in a GitHub Actions job, or use the gatekeeper command with --base.',
  ),
  'extension-unavailable': known<{
    where: string;
    message: string;
    extensions: readonly string[];
    isKnown: boolean;
    isStandIn?: boolean;
  }>(
    ({ where, message, extensions, isKnown, isStandIn }) =>
      `${where} cannot be tried here: ${message}. ${
        isKnown
          ? `It needs the extension ${extensions.join(' or ')}, ${isStandIn ? 'of which this server has only a stand-in' : 'which this server does not have'}.`
          : `This server does not have ${extensions.length === 1 ? 'the extension' : 'one of the extensions'} ${extensions.join(', ')}, and CREATE EXTENSION was left out: that may be why.`
      } That says nothing about production, which may well have it.`,
    ({ extensions }) =>
      `Let the gate use a server that has ${extensions.join(', ')}: \`postgres: docker\` (the image supabase/postgres has what hosted Supabase offers; \`image\` names another), \`postgres: local\`, or the URL of a throw-away server. Or judge this pull request by eye.`,
  ),
  'file-missing': known<{ option: string; file: string }>(
    ({ option, file }) => `The ${option} ${quoted(file)} is not in the repository at the commit judged.`,
    ({ option }) => `Correct ${option}; it is relative to working-directory, and the file must be committed.`,
  ),
  'file-too-large': known<{ file: string; bytes: number; limit: number }>(
    ({ file, bytes, limit }) =>
      `${file} has ${(bytes / 2 ** 20).toFixed(1)} MiB; the gate reads such a file up to ${limit / 2 ** 20} MiB.`,
    ({ file }) =>
      file.endsWith('.sql')
        ? 'Split the file, and keep bulk data out of migrations: load it by a script of its own.'
        : 'Check that it is the right file.',
  ),
  'git-failed': known<{ what: string; why: string }>(
    ({ what, why }) => `git could not ${what}: ${why}.`,
    () => 'Run the same git command by hand in the checkout; git fsck shows damage.',
  ),
  'git-missing': known<Record<never, never>>(
    () => 'There is no git command on the PATH.',
    () => 'Install git on the runner, or in the container that the job runs in.',
  ),
  'head-commit-missing': known<{ head: string }>(
    ({ head }) =>
      head === 'HEAD'
        ? 'The repository has no commit yet, so there is nothing to judge.'
        : `The head ${quoted(head)} is not a commit of this repository.`,
    ({ head }) =>
      head === 'HEAD' ? 'Commit first.' : 'Check out the commit that is to be judged, or correct the head.',
  ),
  'image-unusable': known<{ image: string; why: string }>(
    ({ image, why }) => `The image ${quoted(image)} cannot be used: ${why}.`,
    () =>
      "Name an image of a Postgres server that starts like Docker's own `postgres`, in the major version of `postgres-version`; or leave `image` out.",
  ),
  'input-invalid': known<{ where: string; value: string | null; expected: string }>(
    ({ where, value, expected }) =>
      value === null
        ? `The value of ${where} is missing or cannot be read: expected ${expected}.`
        : `The value ${quoted(value)} of ${where} cannot be read: expected ${expected}.`,
    ({ where }) => `Correct ${where}, or leave it out for its default.`,
  ),
  'input-missing': known<{ name: string; mode: string }>(
    ({ name, mode }) => `The mode ${mode} needs ${name}, which was not given or is empty.`,
    ({ name }) => `Give ${name}; if it comes from a secret, check that this job can see that secret.`,
  ),
  'input-unknown': known<{
    source: 'input' | 'flag';
    name: string;
    nearest: string | null;
    valid: readonly string[];
  }>(
    ({ source, name }) => `There is no ${source} ${quoted(written(source, name))}.`,
    ({ source, nearest, valid }) =>
      suggestion(
        nearest === null ? null : written(source, nearest),
        valid.map((name) => written(source, name)),
      ),
  ),
  'inputs-contradict': known<{ first: string; second: string; why: string }>(
    ({ first, second, why }) =>
      first === second ? `${first}: ${why}.` : `${first} and ${second} contradict each other: ${why}.`,
    () => 'Leave one of them out.',
  ),
  'journal-missing': known<{ directory: string; config: string | null }>(
    ({ directory, config }) =>
      config === null
        ? `${directory} has SQL files and no meta/_journal.json: Drizzle would apply none of them.`
        : `${config} says that Drizzle writes ${directory}, but it has no meta/_journal.json: Drizzle would apply none of its SQL files.`,
    () =>
      'Commit the meta folder that `drizzle-kit generate` writes. If another tool applies every file by name, set `migrations-from: files`; for the Supabase CLI, `migrations-from: supabase`.',
  ),
  'journal-unreadable': known<{ file: string }>(
    ({ file }) => `${file} cannot be read, so nobody can tell which migrations there are.`,
    () => 'Mend the journal as the finding says; the migrations are judged after that.',
  ),
  'migrations-empty': known<{ directory: string; wanted: string; others: number }>(
    ({ directory, wanted, others }) =>
      `The folder ${directory} has ${wanted}, neither at base nor at head${others === 0 ? '' : `; ${others} other ${others === 1 ? 'file is' : 'files are'} in it`}.`,
    () =>
      'Run `drizzle-kit generate` and commit what it writes, `meta` included; or set `migrations-dir` to the folder that holds the migrations. If none are committed on purpose, set `migrations-from: schema`.',
  ),
  'migrations-missing': known<{ directory: string; ignoredBy: string | null }>(
    ({ directory, ignoredBy }) =>
      `There is no folder ${directory}, neither at base nor at head${ignoredBy === null ? '' : `: ${ignoredBy} keeps it out of git`}.`,
    ({ ignoredBy }) =>
      ignoredBy === null
        ? 'Correct `migrations-dir`, `working-directory` or the `out` of the Drizzle config; or commit the folder that `drizzle-kit generate` writes. If no migrations are committed on purpose, set `migrations-from: schema`.'
        : `Take it out of ${ignoredBy} and commit it: production can only run what is committed. If no migrations are committed on purpose, set \`migrations-from: schema\`.`,
  ),
  'migrations-table-shared': known<{
    first: string;
    second: string;
    outs: readonly [string, string];
    table: string;
    line: number;
  }>(
    ({ first, second, outs, table, line }) =>
      `${second}:${line}: it writes ${outs[1]} and ${first} writes ${outs[0]}, but both are for the same database and keep their rows in ${table}. Drizzle compares each folder's migrations with the newest row of all: what the other folder has run later makes it skip them, and it says nothing.`,
    ({ first, second }) =>
      `Give each its own table: \`migrations: { table: '…' }\` in ${first} or ${second}, for the one that has not run anywhere yet. If they are for two databases, let each read its own environment variable.`,
  ),
  'migrations-too-large': known<{ directory: string; bytes: number; limit: number }>(
    ({ directory, bytes, limit }) =>
      `The SQL files in ${directory} add up to ${(bytes / 2 ** 20).toFixed(0)} MiB; the gate reads up to ${limit / 2 ** 20} MiB.`,
    () => 'Keep bulk data out of migrations: load it by a script of its own.',
  ),
  'mode-not-available': known<{ wanted: string; instead: string }>(
    ({ wanted }) => `${wanted} is not part of this version yet.`,
    ({ instead }) => instead,
  ),
  'path-behind-link': known<{ path: string; link: string; kind: 'symlink' | 'submodule' }>(
    ({ path, link, kind }) =>
      path === link
        ? `${quoted(path)} is a ${kind === 'symlink' ? 'symbolic link' : 'submodule'}.`
        : `${quoted(path)} lies behind ${quoted(link)}, a ${kind === 'symlink' ? 'symbolic link' : 'submodule'}.`,
    () =>
      'The gate judges regular files of this repository only: name the real folder, and commit real files.',
  ),
  'path-outside-repository': known<{ option: string; path: string }>(
    ({ option, path }) => `${option} ${quoted(path)} leads out of the repository.`,
    ({ option }) => `Set ${option} to a relative path inside the repository.`,
  ),
  'path-unsafe': known<{ path: string }>(
    ({ path }) => `The name ${quoted(path)} holds control characters or is not valid UTF-8.`,
    () => 'Rename the file: such names break logs, shells and other checkouts.',
  ),
  'paths-collide': known<{ first: string; second: string }>(
    ({ first, second }) => `${quoted(first)} and ${quoted(second)} are one file where case does not count.`,
    () => 'Rename one of them: on macOS and Windows only one of the two exists after a checkout.',
  ),
  'postgres-unavailable': known<{ tried: readonly { adapter: string; reason: string }[] }>(
    ({ tried }) =>
      `There is no Postgres to try the migrations on: ${tried.map(({ adapter, reason }) => `${adapter}: ${reason}`).join('; ')}.`,
    () =>
      'Mend one of the reasons given. For embedded, behind a proxy or offline: let npm reach its registry once, or keep GATEKEEPER_CACHE between runs. For local: install the server of this major version, or have its programs on the PATH. For docker: start an engine that this account may use. For a URL: check its address and password, and that the server is a throw-away one.',
  ),
  'project-repeated': known<{ project: string; spellings: readonly [string, string] }>(
    ({ project, spellings }) =>
      `working-directory names ${quoted(project)} twice: as ${quoted(spellings[0])} and as ${quoted(spellings[1])}.`,
    () => 'Name each folder once; each is judged by itself and has a comment of its own.',
  ),
  'replay-deadline': known<{ file: string; line: number; seconds: number }>(
    ({ file, line, seconds }) =>
      `${file}:${line} belongs to the base history and had not finished after ${seconds} s, so nothing can be judged.`,
    () =>
      'Look there for a loop, a sleep or a lock that is never released; or set `baseline-file` to a schema dump of production, which then stands in for the base migrations.',
  ),
  'report-dir-unwritable': known<{ directory: string; why: string }>(
    ({ directory, why }) => `The report cannot be written to ${directory}: ${why}.`,
    () => 'Name a directory of your own with report-dir.',
  ),
  'repository-missing': known<{ directory: string }>(
    ({ directory }) => `${directory} is not inside a git repository.`,
    () => 'Run the gate from a checkout (actions/checkout before this step), or cd into your repository.',
  ),
  'repository-unreadable': known<{ directory: string; why: string }>(
    ({ directory, why }) => `git cannot read the repository ${directory}: ${why}.`,
    () => 'Check it out again; in a container, check that the job may read the folder.',
  ),
  'rights-kept': known<{ what: string }>(
    ({ what }) =>
      `For single statements the gate lends role postgres more rights, as hosted Supabase does. Afterwards it still had some of them (${what}), so nothing that follows can be judged.`,
    () =>
      'Look in the SQL for statements that grant or alter roles, and for functions and event triggers that do; if there are none, report it as a bug.',
  ),
  'rule-not-configurable': known<{ rule: string; file: string; line: number | null }>(
    ({ rule, file, line }) => `${place(file, line)}: the severity of ${rule} cannot be changed.`,
    ({ rule, file }) => `Remove ${rule} from "rules" in ${file}; no verdict can be trusted without it.`,
  ),
  'rule-unknown': known<{ rule: string; where: string; nearest: string | null }>(
    ({ rule, where }) => `${where}: there is no rule ${quoted(rule)}.`,
    ({ nearest }) =>
      nearest === null ? 'docs/rules lists the rules there are.' : `Did you mean ${nearest}?`,
  ),
  'schema-plan-impossible': known<{ commit: 'base' | 'head' | null; what: string; remedy: string }>(
    ({ commit, what }) =>
      `There is no SQL to judge: with \`migrations-from: schema\` drizzle-kit makes it, and ${commit === null ? '' : `at ${commit} `}it cannot. ${sentence(what)}`,
    ({ remedy }) => remedy,
  ),
  'server-busy': known<{ where: string; seconds: number }>(
    ({ where, seconds }) =>
      `Another gate has been at work on the server ${where} for ${seconds} s; roles belong to the whole server, so one gate uses it at a time.`,
    () => 'Run them one after another, or give each a server of its own.',
  ),
  'server-login-refused': known<{ where: string; user: string; why: string }>(
    ({ where, user, why }) => `The server ${where} does not let ${quoted(user)} in: ${why}.`,
    () =>
      "Correct user and password in the URL of `postgres` (or PGPASSWORD), percent-encoded, or the server's pg_hba.conf.",
  ),
  'server-looks-real': known<{ where: string; why: string }>(
    ({ where, why }) =>
      `The server ${where} looks like a real Supabase project (${why}); the gate tries things out and goes nowhere near one.`,
    () =>
      'Name a throw-away server, or leave `postgres` at its default; for the real database there is `deploy`.',
  ),
  'server-unreachable': known<{ where: string; why: string }>(
    ({ where, why }) => `The server ${where} cannot be reached: ${why}.`,
    () => 'Check host, port and sslmode in the URL of `postgres`, and that the server runs.',
  ),
  'server-unsuitable': known<{ where: string; why: string; next: string }>(
    ({ where, why }) => `The server ${where} cannot be used: ${why}.`,
    ({ next }) => next,
  ),
  'server-url-invalid': known<{ why: string }>(
    ({ why }) => `The URL of \`postgres\` cannot be used: ${why}.`,
    () => 'Write it as postgres://user:password@host:5432/database?sslmode=require.',
  ),
  'server-version-differs': known<{ where: string; found: number; wanted: number; supported: boolean }>(
    ({ where, found, wanted }) =>
      `The server ${where} is Postgres ${found}; the check is to be made on Postgres ${wanted}.`,
    ({ found, supported }) =>
      supported
        ? `Set \`postgres-version: ${found}\` if production has it too, or name a server of the right version.`
        : 'Name a server of Postgres 15, 16, 17 or 18, the one that production has.',
  ),
  'sql-file-not-text': known<{ file: string; line: number; why: string }>(
    ({ file, line, why }) => `${file}:${line} is not SQL text: ${why}.`,
    ({ file }) => `Save ${file} as UTF-8.`,
  ),
  'sql-unparsable': known<{ where: string; message: string }>(
    ({ where, message }) => `${where} is not SQL that Postgres can read: ${message}.`,
    () => 'Correct the statement; the migration is judged after that.',
  ),
  'statement-deadline': known<{ where: string }>(
    ({ where }) => `The statement at ${where} did not end in time on a database with a handful of rows.`,
    () => 'Look for an endless loop, a sleep, or a wait for input (COPY … FROM STDIN) in that statement.',
  ),
  'too-many-migrations': known<{ directory: string; count: number; limit: number }>(
    ({ directory, count, limit }) =>
      `${directory} holds ${count} migrations; the gate replays up to ${limit}.`,
    () => 'Squash the old ones, or set `migrations-dir` to the right folder.',
  ),
  'transaction-left-open': known<{ where: string }>(
    ({ where }) =>
      `The transaction that begins at ${where} is never committed: when the connection ends, Postgres undoes all that it did.`,
    () => 'Add COMMIT where it should end, or take BEGIN out: whoever applies the file sees to transactions.',
  ),
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
type DataOf<Code extends ErrorCode> = Parameters<(typeof errorCatalogue)[Code]['message']>[0];

/** A failure the user can mend. `message` says what happened and where, `remedy` what to do; the cause is kept. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

/** Makes a known failure; the caller throws it: `throw failure('repository-missing', { directory })`. */
export function failure<Code extends ErrorCode>(
  code: Code,
  data: DataOf<Code>,
  cause?: unknown,
): GatekeeperError {
  // The entry and its data share the same Code, which TypeScript cannot follow through the index.
  const entry = errorCatalogue[code] as unknown as KnownFailure<DataOf<Code>>;
  const [message, remedy] = [entry.message(data), entry.remedy(data)].map(withoutPasswords);
  return new GatekeeperError(code, message ?? '', remedy ?? '', cause);
}
