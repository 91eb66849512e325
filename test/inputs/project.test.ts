import { describe, expect, it } from 'vitest';
import type { Given } from '../../src/inputs/given.ts';
import { optionTable } from '../../src/inputs/options.ts';
import { perProject, projectOf, projectsOf } from '../../src/inputs/project.ts';
import { knownFailure } from './known-failure.ts';

const { parse } = optionTable['working-directory'];
const given = (raw: string): Given =>
  new Map([['working-directory', { raw, source: 'input', where: 'input working-directory' }]]);
const folders = (raw: string) =>
  perProject(given(raw)).map((one) => [one.project, one.given.get('working-directory')?.raw]);

describe('working-directory', () => {
  it('is one folder, or several with commas or lines between them', () => {
    expect(parse('apps/server')).toBe('apps/server');
    expect(parse('apps/server,\n  packages/db\r\n, .')).toBe('apps/server\npackages/db\n.');
    expect(parse(' , ')).toBeUndefined();
    expect(parse('apps/ser\u0007ver')).toBeUndefined();
  });
});

describe('projectsOf', () => {
  it('names each project once, the same for every spelling of its folder', () => {
    const options = { 'working-directory': './apps/server/\npackages/../packages/db\n.\napps/server' };
    expect(projectsOf(options)).toEqual(['apps/server', 'packages/db', '.']);
    expect(projectOf({ 'working-directory': './apps/server/' })).toBe('apps/server');
  });
});

describe('perProject', () => {
  it('gives one project what was given, and the default where nothing was', () => {
    expect(folders('./apps/server/')).toEqual([['apps/server', './apps/server/']]);
    expect(perProject(new Map())).toEqual([{ project: '.', given: new Map() }]);
  });

  it('gives each of several its own folder, and nothing else of its own', () => {
    const other = { raw: 'never', source: 'input', where: 'input comment' } as const;
    const both = new Map([...given('apps/a, apps/b'), ['comment', other] as const]);
    const runs = perProject(both);
    expect(runs.map(({ project }) => project)).toEqual(['apps/a', 'apps/b']);
    expect(runs.map((run) => run.given.get('working-directory')?.raw)).toEqual(['apps/a', 'apps/b']);
    expect(runs.map((run) => run.given.get('comment'))).toEqual([other, other]);
  });

  it('drops a repeat as every list does, and refuses one in another spelling', () => {
    expect(folders('apps/a,apps/a')).toEqual([['apps/a', 'apps/a']]);
    const slip = knownFailure(() => perProject(given('apps/a,./apps/a/')));
    expect(slip).toMatchObject({ code: 'project-repeated' });
    expect(slip.message).toContain('as "apps/a" and as "./apps/a/"');
    expect(knownFailure(() => perProject(given('.,apps/..'))).code).toBe('project-repeated');
  });

  it('leaves what cannot be read to those who refuse any value', () => {
    expect(folders(',')).toEqual([['.', ',']]);
  });
});
