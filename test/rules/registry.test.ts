/** The registry, the folder, the names and the documentation say the same. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { staleRulePages } from '../../scripts/rule-docs.ts';
import { rules } from '../../src/rules/index.ts';
import { isRecord } from './evidence.ts';

const folder = new URL('../../src/rules/', import.meta.url);

/** Files that export a rule, with the name of the export. */
async function rulesInFolder(): Promise<readonly { file: string; name: string; id: unknown }[]> {
  const files = readdirSync(fileURLToPath(folder))
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const found = [];
  for (const file of files) {
    const module: unknown = await import(new URL(file, folder).href);
    for (const [name, value] of Object.entries(isRecord(module) ? module : {})) {
      if (isRecord(value) && isRecord(value.meta)) found.push({ file, name, id: value.meta.id });
    }
  }
  return found;
}

test('the registry lists exactly the rules of the folder, sorted by id', async () => {
  const ids = rules.map(({ meta }) => meta.id);
  expect(ids).toEqual((await rulesInFolder()).map(({ id }) => id));
  expect(ids).toEqual(ids.toSorted());
});

test("a rule's file has its id, and its export the same words in camel case", async () => {
  for (const { file, name, id } of await rulesInFolder()) {
    expect(file).toBe(`${id}.ts`);
    expect(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).toBe(id);
  }
});

test('ids are kebab-case words and say what was found', () => {
  for (const { meta } of rules) expect(meta.id).toMatch(/^[a-z]+(-[a-z]+)+$/);
});

test('titles are one line without a full stop, and every other text ends a sentence', () => {
  for (const { meta } of rules) {
    expect(meta.title).toMatch(/^[^\n]+[^.\n]$/);
    for (const text of [meta.firesWhen, meta.effect, meta.remedy, meta.silentWhen]) {
      expect(text).toMatch(/^[^\n]+[.`]$/);
    }
  }
});

test('the integrity of history and the failure of a migration can neither be waived nor softened', () => {
  const fixed = [
    'journal-broken',
    'migration-edited',
    'migration-removed',
    'migration-skipped',
    'migration-failed',
    'privileged-statement',
    'schema-unreadable',
  ];
  for (const id of fixed) {
    const meta = rules.find((rule) => rule.meta.id === id)?.meta;
    expect(meta).toMatchObject({ id, waivable: false, configurable: false, severity: 'error' });
  }
});

test('docs/rules is what the rules and their fixtures say', () => {
  expect(staleRulePages()).toEqual([]);
});
