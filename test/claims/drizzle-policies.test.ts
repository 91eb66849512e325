/** Claims about drizzle-kit, both majors: a clause that is taken out of a policy stays in the migrations it writes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { installKit, type KitMajor } from '../judge.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function project(kit: KitMajor): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-claim-'));
  folders.push(folder);
  installKit(folder, kit);
  mkdirSync(join(folder, 'src'));
  const config = "export default { dialect: 'postgresql', schema: './src/schema.ts', out: './drizzle' };\n";
  writeFileSync(join(folder, 'drizzle.config.ts'), config);
  return folder;
}

/** What `generate` adds for a schema of these policies, by their clauses. */
function generate(folder: string, policies: Readonly<Record<string, string>>, more = ''): string {
  const declared = Object.entries(policies).map(([name, clauses]) => `pgPolicy('${name}', { ${clauses} })`);
  writeFileSync(
    join(folder, 'src/schema.ts'),
    `import { sql } from 'drizzle-orm';
import { integer, pgPolicy, pgTable } from 'drizzle-orm/pg-core';
import { authenticatedRole, authUsers, postgresRole } from 'drizzle-orm/supabase';
export const hive = pgTable('hive', { id: integer() }, () => [${declared.join(', ')}]);
${more || 'void authUsers; void postgresRole; void authenticatedRole; void sql;'}
`,
  );
  const before = new Set(files(folder));
  execFileSync(process.execPath, [join(folder, 'node_modules/drizzle-kit/bin.cjs'), 'generate'], {
    cwd: folder,
    // Its loaders keep caches there.
    env: { ...process.env, TMPDIR: folder },
    stdio: 'ignore',
    timeout: 120_000,
  });
  const added = files(folder).filter((file) => !before.has(file));
  return added.map((file) => readFileSync(join(folder, 'drizzle', file), 'utf8')).join('');
}

function files(folder: string): readonly string[] {
  try {
    const all = readdirSync(join(folder, 'drizzle'), { recursive: true, encoding: 'utf8' });
    return all.filter((file) => file.endsWith('.sql'));
  } catch {
    return [];
  }
}

const both = 'using: sql`id > 1`, withCheck: sql`id > 2`';

describe.each(['0.x', '1.0'] as const)('drizzle-kit %s', (kit) => {
  const folder = project(kit);

  it('writes no statement that takes out a `using` or `withCheck` which the schema no longer has', () => {
    const first = generate(folder, {
      a: `for: 'update', to: authenticatedRole, ${both}`,
      b: `for: 'update', to: authenticatedRole, ${both}`,
    });
    expect(first.match(/CREATE POLICY/g)).toHaveLength(2);
    const lost = generate(folder, {
      a: "for: 'update', to: authenticatedRole, using: sql`id > 1`",
      b: "for: 'update', to: authenticatedRole, withCheck: sql`id > 2`",
    });
    // ALTER POLICY can change a clause and never take one out; that takes DROP and CREATE.
    expect(lost).not.toMatch(/(DROP|CREATE) POLICY/);
    expect(lost.match(/ALTER POLICY/g)).toHaveLength(2);
  });

  it('makes the tables that a schema exports, also those of Supabase, and knows no role postgres', () => {
    const exported = generate(
      folder,
      { a: "for: 'update', to: postgresRole, using: sql`id > 1`" },
      'export { authUsers }; void authenticatedRole;',
    );
    expect(exported).toContain('CREATE TABLE "auth"."users"');
    expect(exported).toMatch(/"?postgres_role"?/);
  });
});
