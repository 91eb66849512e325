/** Whether a push goes to a database that is not local, and what says so. Where nothing says it, it is a developer's own. */
import { posix } from 'node:path';
import { type ConfigTarget, hostOf, isAddress, isLocalHost } from './config-target.ts';
import { optionOf, type PushSite } from './sites.ts';

/** Why it is not local, in one clause. */
export interface Distant {
  readonly why: string;
}

type Said = 'local' | Distant | null;

/** null: local, harmless, or nobody can tell. The nearest word decides. */
export function whyDistant(site: PushSite, config: ConfigTarget | null): Distant | null {
  if (site.isRemote) return { why: 'it is run on another machine, over ssh' };
  const said =
    bySwitch(site) ??
    byEnvironment(site, config) ??
    byHosts(config) ??
    byNames(site, config) ??
    byDeploy(site, config);
  return said === 'local' ? null : said;
}

/** The config of the command, relative to the repository root, if it names one. */
export function configOf({ push, directory }: PushSite): string | null {
  const named = optionOf(push, ['--config', '-c']);
  return named === null ? null : posix.normalize(posix.join(directory, named));
}

function bySwitch(site: PushSite): Said {
  for (const name of ['--url', '--host']) {
    const value = optionOf(site.push, [name]);
    if (value !== null) return ofValue(name, value, site);
  }
  return null;
}

/** From the command outwards to the workflow: what is set last is what the kit sees. */
function byEnvironment(site: PushSite, config: ConfigTarget | null): Said {
  const isRead = (name: string) =>
    config === null || config.variables.length === 0 ? isAddress(name) : config.variables.includes(name);
  for (const { env } of site.frames.toReversed()) {
    const said = Object.entries(env)
      .filter(([name]) => isRead(name))
      .map(([name, value]) => ofValue(name, value, site))
      .filter((one) => one !== null);
    const distant = said.find((one) => one !== 'local');
    // Of several addresses a config takes one; when any is local, the others are its fallbacks.
    if (said.includes('local')) return 'local';
    if (distant !== undefined) return distant;
  }
  return null;
}

function ofValue(name: string, value: string, site: PushSite): Said {
  const host = name === '--host' || /HOST$/i.test(name) ? value : hostOf(value);
  if (host !== null && !host.includes('$')) {
    return isLocalHost(host) ? 'local' : { why: `it goes to the host ${host}` };
  }
  const [, kind, expression] = /\$\{\{\s*(secrets|vars|env|steps|needs|inputs)\.([\w.-]+)/.exec(value) ?? [];
  if (kind === 'steps' || kind === 'needs') return 'local';
  if (kind === 'secrets' || kind === 'vars') {
    const said = soundOf([expression ?? '', name]);
    if (said === 'local') return 'local';
    if (site.hasOwnDatabase && said === null) return 'local';
    return { why: `its ${name} is what \`${kind}.${expression}\` holds` };
  }
  if (kind === 'env') return ofVariable(expression ?? '', site);
  const [, variable] = /^\$\{?(\w+)/.exec(value) ?? [];
  return variable === undefined ? null : ofVariable(variable, site);
}

function ofVariable(variable: string, site: PushSite): Said {
  for (const { env } of site.frames.toReversed()) {
    const value = env[variable];
    // A value that refers to its own name says nothing, unless it is the secret of that name.
    const isOwn = value?.includes(variable) === true && !value.includes('secrets.');
    if (value !== undefined && !isOwn) return ofValue(variable, value, site);
  }
  const said = soundOf([variable]);
  return said === null || said === 'local' ? said : { why: `it goes to what \`${variable}\` names` };
}

/** Literals in the config: with local and other ones in it, only running it would tell. */
function byHosts(config: ConfigTarget | null): Said {
  if (config === null || config.hosts.length === 0) return null;
  const distant = config.hosts.filter((host) => !isLocalHost(host));
  // Beside a variable it is what the config falls back on, and a deploy has that variable.
  if (distant.length === 0) return config.variables.length === 0 ? 'local' : null;
  if (distant.length < config.hosts.length) return null;
  return { why: `${config.file} goes to the host ${distant[0]}` };
}

function byNames(site: PushSite, config: ConfigTarget | null): Said {
  const { frames, push } = site;
  const [command = [], ...outer] = frames.toReversed().map(({ names }) => names);
  const named = optionOf(push, ['--config', '-c']);
  const reads = config === null ? [] : config.variables;
  const near = [
    ...command,
    ...push,
    ...(config === null ? [] : [posix.basename(config.file), ...config.envFiles]),
  ];
  const said = soundOf(near);
  if (said === 'local') return 'local';
  if (said !== null) return { why: `\`${named ?? said.word}\` says ${said.says}` };
  // All of them: a config that reads `PROD_URL ?? DATABASE_URL` is for both.
  const sounds = reads.map((variable) => soundOf([variable]));
  if (config !== null && sounds.length > 0) {
    if (sounds.includes('local')) return 'local';
    if (!sounds.includes(null)) return { why: `${config.file} goes to what \`${reads[0]}\` names` };
  }
  for (const names of outer) {
    const outerSaid = soundOf(names);
    if (outerSaid === 'local') return 'local';
    if (outerSaid !== null) return { why: `\`${outerSaid.word}\` says ${outerSaid.says}` };
  }
  return null;
}

/** Scripts that a host or a release runs, with the database of that deploy in the environment. */
const deployScript =
  /^(?:(?:pre|post)?(?:deploy|release|build|start)|(?:vercel|heroku|railway|render|netlify|cf|fly)[-:](?:pre|post)?(?:build|deploy|start|release)|heroku-(?:pre|post)build|(?:deploy|release)[:-].*|(?:pre|post)?install)$/;

function byDeploy(site: PushSite, config: ConfigTarget | null): Said {
  if (site.hasOwnDatabase) return null;
  const script = site.scripts.find((name) => deployScript.test(name));
  if (site.workflow === null) {
    return script === undefined
      ? null
      : { why: `\`${script}\` is what a deploy runs, with the database of that deploy` };
  }
  const { deploys } = site.workflow;
  const fallsBack = config?.hosts.some(isLocalHost) === true;
  if (deploys === null || fallsBack) return null;
  const address = config?.variables[0];
  return {
    why: `the workflow runs it ${deploys}${address === undefined ? '' : `, with whatever ${address} is there`}`,
  };
}

const distantWords = new Set(['prod', 'prd', 'production', 'live', 'staging', 'stage', 'stg', 'remote']);
const localWords = new Set(
  'local localhost test tests testing e2e dev develop development ci preview docker compose sandbox branch emulator example ephemeral shadow'.split(
    ' ',
  ),
);

/** What a name says; nothing when it says both. */
function soundOf(names: readonly string[]): 'local' | { word: string; says: string } | null {
  let distant: { word: string; says: string } | null = null;
  let local = false;
  for (const name of names) {
    for (const part of wordsIn(name)) {
      if (distantWords.has(part)) distant ??= { word: name, says: part };
      if (localWords.has(part)) local = true;
    }
  }
  if (local) return distant === null ? 'local' : null;
  return distant;
}

function wordsIn(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
