/**
 * Cuts the endpoints we use out of GitHub's own OpenAPI description, so that the tests' mock of GitHub is
 * checked by it. Run: node scripts/slice-openapi.ts (fetches the package with npm into a temporary folder).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packageName = '@octokit/openapi';
const packageVersion = '23.0.2';
const target = new URL('../test/openapi/github.json', import.meta.url);

const repository = '/repos/{owner}/{repo}';
const endpoints: Readonly<Record<string, readonly string[]>> = {
  '/user': ['get'],
  [`${repository}/issues/{issue_number}/comments`]: ['get', 'post'],
  [`${repository}/issues/comments/{comment_id}`]: ['get', 'patch', 'delete'],
  [`${repository}/pulls/{pull_number}`]: ['get'],
  [`${repository}/commits/{commit_sha}/pulls`]: ['get'],
  [`${repository}/deployments`]: ['get', 'post'],
  [`${repository}/deployments/{deployment_id}/statuses`]: ['get', 'post'],
  [`${repository}/check-runs`]: ['post'],
  [`${repository}/check-runs/{check_run_id}`]: ['patch'],
  [`${repository}/actions/runs/{run_id}/artifacts`]: ['get'],
  [`${repository}/actions/artifacts/{artifact_id}/{archive_format}`]: ['get'],
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

function object(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  return value;
}

/** Words for readers that no validation needs; `properties` may hold a field of any of these names. */
const unneeded = [
  'description',
  'example',
  'examples',
  'externalDocs',
  'x-github',
  'x-multi-segment',
  'summary',
  'tags',
];

function trimmed(value: Json, isNameMap = false): Json {
  if (Array.isArray(value)) return value.map((item) => trimmed(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => isNameMap || !unneeded.includes(key));
  return Object.fromEntries(
    kept.map(([key, inner]) => [
      key,
      trimmed(inner, !isNameMap && ['properties', 'schemas', 'responses'].includes(key)),
    ]),
  );
}

function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

function slice(description: JsonObject): JsonObject {
  const paths: JsonObject = {};
  for (const [path, methods] of Object.entries(endpoints)) {
    const item = object(object(description.paths)[path]);
    const operations = methods.map((method) => [method, trimmed(item[method] ?? null)] as const);
    if (operations.some(([, operation]) => operation === null)) throw new Error(`${path} is gone`);
    paths[path] = Object.fromEntries(operations);
  }
  const components: Record<string, JsonObject> = {};
  const waiting = references(paths);
  while (waiting.length > 0) {
    const [, , kind = '', name = ''] = (waiting.pop() ?? '').split('/');
    const group = components[kind] ?? {};
    components[kind] = group;
    // Examples are only words.
    if (name in group || kind === 'examples') continue;
    const found = trimmed(object(object(description.components)[kind])[name] ?? null);
    group[name] = found;
    waiting.push(...references(found));
  }
  for (const [kind, group] of Object.entries(components)) {
    components[kind] = Object.fromEntries(Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return {
    openapi: description.openapi ?? '3.0.3',
    info: {
      ...object(trimmed(description.info ?? {})),
      'x-cut-from': `${packageName} ${packageVersion} generated/api.github.com.json by scripts/slice-openapi.ts`,
    },
    servers: description.servers ?? [],
    paths,
    components: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-openapi-'));
try {
  const options = { cwd: folder, encoding: 'utf8' as const };
  const archive = execFileSync(
    'npm',
    ['pack', '--silent', `${packageName}@${packageVersion}`],
    options,
  ).trim();
  const file = 'package/generated/api.github.com.json';
  execFileSync('tar', ['-xzf', archive, file], options);
  const description: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  // JSON.parse returns nothing but JSON.
  const text = `${JSON.stringify(slice(object(description as Json)), null, 1)}\n`;
  writeFileSync(target, text);
  process.stdout.write(`${target.pathname}: ${Math.round(text.length / 1024)} kB\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
