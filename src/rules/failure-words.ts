/** What a failed statement means and what to write instead, by SQLSTATE: Postgres' own message says neither. */
import type { History } from '../history/history.ts';
import type { StatementFailure, StatementRecord } from '../replay/record.ts';
import { comparedWithUser } from './uuid-comparison.ts';
import { listed, oneLine } from './wording.ts';

export interface FailureWords {
  /** Why it failed, in plain words; null when Postgres' message says it all. */
  readonly why: string | null;
  readonly remedy: string;
}

/** `applier`: who runs it; drizzle-kit is to blame only where it is there. */
export function failureWords(
  failed: StatementRecord,
  error: StatementFailure,
  applier: History['applier'] = 'drizzle',
): FailureWords {
  const words = error.deadline ? tooSlow : bySqlstate[error.sqlstate];
  if (words === twice && applier !== 'drizzle' && applier !== 'schema') return twiceByHand;
  if (words !== undefined) return typeof words === 'function' ? words(error.message, failed.sql) : words;
  const hint = error.hint === null ? '' : ` Postgres' hint: ${oneLine(error.hint, 300)}`;
  return {
    why: null,
    remedy: `Correct the statement and run it on an empty database that holds the base history.${hint}`,
  };
}

const tooSlow: FailureWords = {
  why: 'On a database with a handful of rows no honest statement takes this long: it waits for something, or never ends.',
  remedy: 'Take out the endless loop, the sleep or the wait for a lock that nobody releases.',
};

type Words = FailureWords | ((message: string, sql: string) => FailureWords);

const twice: FailureWords = {
  why: 'It exists already at this point of the history; most often drizzle-kit generates again what a hand-written migration without a snapshot had made.',
  remedy:
    'Delete the statement from the new migration and keep its snapshot, so that drizzle-kit knows of it from now on.',
};

const twiceByHand: FailureWords = {
  why: 'It exists already at this point of the history: an older migration makes it.',
  remedy:
    'Delete the statement, or guard it (`if not exists`, `create or replace`) where it may be there or not. If the older migration is gone from this branch, put it back.',
};

const breaksRows = (remedy: string): FailureWords => ({
  why: 'Rows like the sample rows do not allow it.',
  remedy,
});

const bySqlstate: Readonly<Record<string, Words>> = {
  '0A000': (message) =>
    message.includes('used by a view') || message.includes('used in a policy')
      ? {
          why: 'A view or policy was built on the column as it is.',
          remedy:
            'Drop the view or policy by name before the change and create it again after it, in the same migration. A view that had `security_invoker` needs it again.',
        }
      : { why: null, remedy: 'Postgres does not have this feature in this form: write it another way.' },
  '22001': breaksRows(
    'Find the longest value first. Shorten the rows on purpose with an UPDATE before the change, or keep the wider type.',
  ),
  '22P02': breaksRows(
    'A value cannot be read as the new type. Clean the rows first with an UPDATE, or give the change a `USING` expression that handles every value; for an enum keep the old label until no row has it.',
  ),
  '23502': breaksRows(
    'Add the column nullable or with a default, fill the old rows with an UPDATE, and set NOT NULL after that.',
  ),
  '23503': breaksRows(
    'Delete or repair the rows that point nowhere first; or add the foreign key NOT VALID now and VALIDATE it in a later deploy.',
  ),
  '23505': breaksRows(
    'Two rows have the same key. Find them with GROUP BY … HAVING count(*) > 1, and decide which one stays before the constraint is added. An INSERT of rows that production has already needs ON CONFLICT DO NOTHING.',
  ),
  '23514': breaksRows(
    'Repair the rows that break the check first; or add it NOT VALID now and VALIDATE it in a later deploy.',
  ),
  '25001': (message) => ({
    why: 'The new migrations run in one transaction, and this statement refuses to run inside one.',
    remedy: /CONCURRENTLY/i.test(message)
      ? 'Leave CONCURRENTLY out if the table is small. For a large one run `create index concurrently if not exists …` by hand on production first, and keep `create index if not exists …` in the migration.'
      : 'Run it by hand outside the migrations; Drizzle has no way to run a statement outside its transaction.',
  }),
  '2BP01': {
    why: 'Other objects depend on it, and Postgres does not take them along unasked.',
    remedy:
      'Drop the dependent policies, views, constraints or functions by name before this statement, and create those again that should stay. CASCADE would take all of them without showing which. If drizzle-kit wrote the statements in this order, move the ones about the dependents up.',
  },
  '3F000': {
    why: null,
    remedy:
      'Create the schema earlier in the history: `pgSchema(…)` in the Drizzle schema, or `create schema`.',
  },
  '42501': (message) => ({
    why: 'Migrations run as the role `postgres`, which on Supabase is no superuser and owns nothing in `auth`, `storage` or `realtime`.',
    remedy: /must be owner of/.test(message)
      ? 'Leave objects that belong to Supabase as they are: policies on storage.objects and realtime.messages may be created, their tables may not be altered. A foreign key to auth.users, or a trigger on it, needs no ownership.'
      : 'Write it so that it needs no superuser, or do it once in the dashboard and name it in a `bootstrap-file`.',
  }),
  '42601': {
    why: 'Postgres cannot read the statement.',
    remedy:
      'Correct it at the word Postgres names. A `--> statement-breakpoint` inside a function body, or a missing one, cuts a statement in two.',
  },
  '42701': twice,
  '42703': {
    why: 'The column does not exist at this point of the history.',
    remedy:
      'Check its spelling (names with capitals need double quotes) and that no earlier statement renamed or dropped it. If it was made by `push` or in the dashboard, bring it into the history first.',
  },
  '42704': (message) => absentObject(message),
  '42710': twice,
  '42723': twice,
  '42804': (message) => ({
    why: 'Two types do not fit together.',
    remedy: /cannot be cast automatically/.test(message)
      ? 'Say how the old values become new ones: add `USING "column"::newtype`. Drizzle-kit leaves it out; edit the generated SQL before it is merged.'
      : /foreign key/.test(message)
        ? 'Both ends of a foreign key need the same type: change the referencing column too, or drop the key, change both ends, and add it again.'
        : 'Give both sides the same type, or cast one of them.',
  }),
  '42830': {
    why: 'The referenced columns are not unique.',
    remedy: 'Add the primary key or unique constraint on them before the foreign key.',
  },
  '42883': (message, sql) =>
    message.startsWith('operator') ? noOperator(message, sql) : noFunction(message),
  '42P01': {
    why: 'The table does not exist at this point of the history.',
    remedy:
      'Check its schema and spelling, and that no earlier statement renamed or dropped it. If it was made by `push` or in the dashboard, bring it into the history with a migration or a `baseline-file`.',
  },
  '42P06': twice,
  '42P07': twice,
  '42P17': {
    why: null,
    remedy:
      'An index, a generated column or a partition may only use immutable functions: store the value in a plain column, or fix time zone and configuration in the expression. A policy must not read its own table: move that read into a SECURITY DEFINER function.',
  },
  '55P04': {
    why: 'A value that was added to an enum cannot be used before its transaction has ended, and the new migrations run in one.',
    remedy:
      'Add the value in this release, and use it in the next: move the statements that use it to a migration that is merged after this one is deployed.',
  },
};

function noOperator(message: string, sql: string): FailureWords {
  const types = /^operator does not exist: (.+) (\S+) (.+)$/.exec(oneLine(message));
  const sides = [types?.[1] ?? '', types?.[3] ?? ''].map((type) => type.replace(/\[\]$/, ''));
  const other = sides[0] === 'uuid' ? sides[1] : sides[1] === 'uuid' ? sides[0] : undefined;
  if (other === undefined) {
    return {
      why: 'Postgres has no such comparison between these types.',
      remedy: 'Cast one side to the type of the other.',
    };
  }
  const columns = comparedWithUser(sql);
  const subject = columns.length === 0 ? 'the column' : listed(columns);
  if (other !== 'text' && other !== 'character varying' && other !== 'character') {
    return {
      why: `A uuid is compared with ${other}${columns.length === 0 ? '' : ` (${subject})`}, and no cast makes one of the other.`,
      remedy:
        'Compare with a column that holds the id of the user as Supabase Auth knows it, or look it up through a table that has both ids.',
    };
  }
  const column = columns[0];
  if (column === undefined) {
    return {
      why: `A uuid is compared with ${other}, and Postgres has no operator for the two.`,
      remedy:
        'Cast the uuid side: `id::text = other_id`. For the user of the request: `(select auth.uid())::text`.',
    };
  }
  const others = columns.length > 1 ? ' The same goes for each comparison with a text column.' : '';
  return {
    why: `auth.uid() is a uuid and ${subject} is ${other}; Postgres has no operator that compares the two.`,
    remedy: `Cast the user's id: \`(select auth.uid())::text = ${column}\`.${others}`,
  };
}

function noFunction(message: string): FailureWords {
  const name = /function ([^(]+)\(/.exec(message)?.[1] ?? 'the function';
  if (/(^|\.)uuid_generate_v/.test(name)) {
    return {
      why: null,
      remedy:
        'Use `gen_random_uuid()`, which needs no extension; or create the extension uuid-ossp in an earlier migration.',
    };
  }
  return {
    why: `No function ${name} takes these arguments at this point of the history.`,
    remedy: `Create ${name} in an earlier migration (rls.sql runs after them), name its schema, or cast the arguments. If it was made in the dashboard, bring it into the history or a \`bootstrap-file\`.`,
  };
}

function absentObject(message: string): FailureWords {
  const role = /role "((?:[^"]|"")*)" does not exist/.exec(message)?.[1];
  if (role === 'postgres_role') {
    return {
      why: "drizzle-orm exports Supabase's role `postgres` under a wrong name: its `postgresRole` is spelled postgres_role.",
      remedy:
        'Use `pgRole(\'postgres\').existing()` instead of `postgresRole` from drizzle-orm/supabase, and `"postgres"` in the generated SQL.',
    };
  }
  if (role !== undefined) {
    return {
      why: `The role ${role} exists neither in a Supabase project nor in the history.`,
      remedy: `Use anon, authenticated or service_role; or create ${role} in an earlier migration or a \`bootstrap-file\`. In the Drizzle schema \`pgRole('${role}').existing()\` declares a role without making it.`,
    };
  }
  if (message.startsWith('type ')) {
    return {
      why: 'The type does not exist at this point of the history.',
      remedy:
        'Create it before this statement, name its schema, or create the extension that has it in an earlier migration.',
    };
  }
  return {
    why: 'What it names does not exist at this point of the history.',
    remedy:
      'Check the name (a constraint made by hand may be called otherwise), or use IF EXISTS if it may be absent.',
  };
}
