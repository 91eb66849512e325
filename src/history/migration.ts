/** One migration as it stands in git, cut into the statements Postgres will see. */

/** One SQL statement with its place in the file. */
export interface Statement {
  /** First line of the statement itself (leading comments skipped), counted from 1 in its file. */
  readonly line: number;
  /** The statement's text without leading comments and trailing semicolon. */
  readonly sql: string;
  /** Node tag of Postgres' parser (`CreateStmt`, `AlterTableStmt` …); null when the text does not parse. */
  readonly node: string | null;
}

/** A SQL file: a migration, `rls.sql`, a seed. */
export interface SqlFile {
  /** Relative to the repository root. */
  readonly file: string;
  readonly text: string;
  /** Hex sha256 of the text: for a migration the value Drizzle stores as its hash. */
  readonly sha256: string;
  readonly statements: readonly Statement[];
  /** Made by drizzle-kit from the schema: `file` is no file of the repository, and no link may lead to it. */
  readonly isGenerated?: boolean;
}

export interface Migration extends SqlFile {
  /** Drizzle's tag (`0003_x`), the name of its folder (1.0), or the file name without `.sql`. */
  readonly tag: string;
  readonly state: 'base' | 'new';
  /** Milliseconds: the journal's `when`, or the second that a 1.0 folder's name tells; null where neither is used. */
  readonly when: number | null;
}
