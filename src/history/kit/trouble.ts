/** Why drizzle-kit gave no answer, told from what it said: whose fault it is, where, and what to do. */
import { existsSync } from 'node:fs';
import { dummyFor } from './dummies.ts';
import type { Unreadable } from './look.ts';
import { inWords, type Place, placeIn } from './place.ts';
import type { Ran } from './run.ts';
import type { Workspace } from './workspace.ts';

/** The migrations folder is at fault, not the schema: rules of their own speak about that. */
export interface Refused {
  readonly state: 'refused';
  readonly why: string;
}

/** Something was missed that can be given: once more. */
export interface Retry {
  readonly state: 'retry';
  readonly otherwise: Unreadable;
}

export interface RunFacts {
  /** Written by our config once the project's was loaded. */
  readonly loaded: string;
  readonly deadlineMs: number;
}

export function troubleOf(workspace: Workspace, ran: Ran, facts: RunFacts): Refused | Unreadable | Retry {
  const refusal = refusalIn(ran.text);
  if (refusal !== null) return { state: 'refused', why: inWords(refusal, workspace) };
  const said: Said = { workspace, ran, facts, message: messageOf(ran), isConfig: !existsSync(facts.loaded) };
  const found = told(said);
  const place = found.place ?? placeOf(said);
  const otherwise: Unreadable = {
    state: 'unreadable',
    kit: workspace.kit.name,
    file: place.file,
    line: place.line,
    what: inWords(found.what, workspace).slice(0, 500),
    remedy: found.remedy,
    atBase: false,
  };
  return giveWhatIsMissed(said) ? { state: 'retry', otherwise } : otherwise;
}

interface Said {
  readonly workspace: Workspace;
  readonly ran: Ran;
  readonly facts: RunFacts;
  /** The error itself, without its stack. */
  readonly message: string;
  /** It broke before the config was loaded. */
  readonly isConfig: boolean;
}

interface Told {
  readonly what: string;
  readonly remedy: string;
  readonly place?: Place | null;
}

/** What the kit says of snapshots that it cannot use; each is said again by `snapshot-chain-broken`. */
function refusalIn(text: string): string | null {
  const told = [
    /\S+ data is malformed/,
    /\S+ is not of the latest version/,
    /\S+ snapshot is of unsupported version/,
    /are pointing to a parent snapshot: \S+ which is a collision/,
    /Cannot reconstruct snapshot [^.\n"]+/,
    /Two migrations gave one name to two different entities/,
  ].flatMap((pattern) => pattern.exec(text)?.[0] ?? [])[0];
  if (told !== undefined) return `drizzle-kit refuses the snapshots: ${told}`;
  if (/"code":"check_error"/.test(text))
    return 'drizzle-kit refuses the snapshots: its own check fails on them';
  if (/"code":"migrations_outdated_error"/.test(text))
    return 'drizzle-kit refuses the migrations folder: it is of an older format';
  const isSnapshot = /JSON/.test(text) && /validateWithReport|prepareMigrationFolder/.test(text);
  return isSnapshot ? 'drizzle-kit refuses the snapshots: one of them is no JSON' : null;
}

/** 1.0 gives it as JSON; 0.x prints the error with its stack, or just its message. */
function messageOf({ text, output }: Ran): string {
  for (const line of output.split('\n')) {
    if (!line.startsWith('{"status":"error"')) continue;
    try {
      const told: { error?: { message?: unknown; code?: unknown } } = JSON.parse(line);
      const { message, code } = told.error ?? {};
      if (typeof message === 'string') return message;
      const human = text.split('\n').filter((other) => other.trim() !== '' && !other.startsWith('{'));
      return human.length > 0 ? human.slice(0, 3).join(' ') : String(code);
    } catch {
      // A line that only looks like it.
    }
  }
  const lines = text.split('\n').filter((line) => !line.startsWith('Reading config file'));
  const first = lines.findIndex((line) => /^\S*(?:Error|Exception)\b.*:/.test(line.trim()));
  const from = first === -1 ? lines : lines.slice(first);
  const end = from.findIndex((line) => /^\s+at /.test(line));
  return from
    .slice(0, end === -1 ? 6 : end)
    .join('\n')
    .trim();
}

function told(said: Said): Told {
  const { message, workspace, ran, facts, isConfig } = said;
  const { kit, config } = workspace;
  const what = isConfig ? `the Drizzle config ${config}` : 'the Drizzle schema';
  const here = isConfig ? 'the config' : 'the schema';
  if (ran.ended === 'at the deadline') {
    return {
      what: `${kit.name} did not finish with ${what} within ${facts.deadlineMs / 1000} s, and said nothing that could be used.`,
      remedy: `Look for an endless loop, or for something that ${here} waits for while it is loaded: a connection, input, a lock.`,
    };
  }
  const rules: readonly (() => Told | null)[] = [
    () => tooOld(said),
    () => missingModule(said),
    () => noSchemaFile(said),
    () => notReadable(said, what),
    () => configRefused(said),
  ];
  for (const rule of rules) {
    const found = rule();
    if (found !== null) return found;
  }
  if (/gives a Drizzle schema no network|ECONNREFUSED|EAI_AGAIN|ENOTFOUND/.test(message)) {
    return {
      what: `${kit.name} could not load ${what}, which opens a connection while it is loaded: ${message}`,
      remedy: `Keep the tables in files that connect to nothing, and name those in \`schema\`; the gate runs them without a network.`,
    };
  }
  if (message === '') {
    return {
      what: `${kit.name} ended with ${ran.code === null ? 'a signal' : `exit code ${ran.code}`} while it loaded ${what}, and said nothing.`,
      remedy: `Run \`drizzle-kit generate\` in ${workspace.workingDirectory === '.' ? 'the repository' : workspace.workingDirectory}: look for process.exit in ${here} and in what it imports.`,
    };
  }
  const variable = variablesIn(message)[0];
  return {
    what: `${kit.name} could not load ${what}: ${message}`,
    remedy:
      variable === undefined
        ? `Run \`drizzle-kit generate\` without any environment of your own, as the gate does, and mend what it says.`
        : `Let ${here} load without a real ${variable}: the gate gives it a stand-in where it can, never a secret. Name it in .env.example with a value that passes.`,
  };
}

function tooOld({ ran, workspace }: Said): Told | null {
  const { kit } = workspace;
  if (/unknown (?:command|option)|Unknown command|Unrecognized options/.test(ran.text)) {
    return {
      what: `The installed ${kit.name} has no \`generate --config\` for every dialect yet, so it cannot be asked.`,
      remedy: 'Install drizzle-kit 0.31, or set `schema-check: off`.',
    };
  }
  const orm =
    /Please install latest version of drizzle-orm|requires newer version of drizzle-orm|This version of drizzle-kit is outdated/.exec(
      ran.text,
    );
  if (orm === null) return null;
  return {
    what: `The installed ${kit.name} and drizzle-orm do not fit together: ${orm[0]}.`,
    remedy:
      'Install versions of drizzle-kit and drizzle-orm that were released together, and commit the lockfile.',
  };
}

function missingModule({ ran, workspace }: Said): Told | null {
  const [, name] =
    /Cannot find (?:module|package) '([^'\n]+)'/.exec(ran.text) ??
    /Cannot find (?:module|package) \\?"([^"\\\n]+)/.exec(ran.text) ??
    [];
  if (name === undefined) return null;
  const place = placeIn(ran.text, workspace);
  const shown = inWords(name, workspace);
  const isFile = name.startsWith('.') || name.startsWith('/') || name.startsWith('file:');
  const isAlias = /^(?:[@~#]\/|~)/.test(name);
  if (isFile || isAlias) {
    return {
      what: `${place?.file ?? 'The Drizzle schema'} imports ${shown}, which the commit does not hold.`,
      remedy: isAlias
        ? `Correct the import, or the \`paths\` of the tsconfig.json beside it; generated files have to be committed for the schema to load.`
        : 'Correct the import, or commit the file; generated files are not there when the gate looks.',
      place,
    };
  }
  const parts = name.split('/');
  const dependency = parts.slice(0, name.startsWith('@') ? 2 : 1).join('/');
  return {
    what: `${place?.file ?? 'The Drizzle schema'} imports ${shown}, and the package ${dependency} is not installed where the gate runs.`,
    remedy: `Install all dependencies before the gate (also those for development), and have ${dependency} in package.json.`,
    place,
  };
}

function noSchemaFile({ ran, workspace }: Said): Told | null {
  const [, paths] = /No schema files found for path config \[([^\]\n]*)\]/.exec(ran.text) ?? [];
  if (paths === undefined) return null;
  return {
    what: `\`schema\` of ${workspace.config} names ${paths}, and no file of the commit is there.`,
    remedy: `Correct \`schema\`; drizzle-kit reads it relative to the folder it is run in, here ${workspace.workingDirectory === '.' ? 'the top of the repository' : workspace.workingDirectory}.`,
    place: { file: workspace.config, line: null },
  };
}

/** The text itself is wrong: esbuild's words with 0.x, jiti's with 1.0. */
function notReadable({ ran, workspace, message }: Said, what: string): Told | null {
  const { kit } = workspace;
  if (
    /Top-level await is (?:currently )?not supported|await is only valid in|ERR_REQUIRE_ASYNC_MODULE/.test(
      ran.text,
    )
  ) {
    return {
      what: `${kit.name} cannot load ${what}: it awaits something at the top level, which drizzle-kit 0.x does not support.`,
      remedy: 'Move the await into a function, out of the files that drizzle-kit loads.',
    };
  }
  const [line, why] = /^\S+?:\d+:\d+: ERROR: (.+)$/m.exec(ran.text) ?? [];
  if (line !== undefined) {
    const place = placeIn(line, workspace);
    return {
      what: `${place?.file ?? what} cannot be read: ${why}.`,
      remedy: 'Correct the syntax there.',
      place,
    };
  }
  if (!/ParseError|SyntaxError/.test(message)) return null;
  const why1 = message
    .replace(/^\s*(?:ParseError|SyntaxError):\s*/, '')
    .split('\n')[0]
    ?.trim();
  const place = placeIn(`${message}\n${ran.text}`, workspace);
  return {
    what: `${place?.file ?? what} cannot be read: ${why1 ?? 'a syntax error'}.`,
    remedy: 'Correct the syntax there.',
    place,
  };
}

/** It was loaded, and drizzle-kit does not like what it exports. */
function configRefused({ ran, workspace, isConfig }: Said): Told | null {
  if (isConfig) return null;
  const [, member] =
    /Please specify '(\w+)' param in config/.exec(ran.text) ?? /\[x\] (\w+):/.exec(ran.text) ?? [];
  const isZod =
    /^_?ZodError/m.test(ran.text) &&
    /configCommonSchema|drizzleConfigFromFile|prepareGenerateConfig/.test(ran.text);
  if (member === undefined && !isZod) return null;
  return {
    what: `${workspace.kit.name} does not accept ${workspace.config}: ${member === undefined ? 'a member is missing or of the wrong kind' : `\`${member}\` is missing or is none it knows`}.`,
    remedy: `Correct ${member === undefined ? 'the config' : `\`${member}\``} in ${workspace.config}; \`drizzle-kit check\` says the same.`,
    place: { file: workspace.config, line: null },
  };
}

function placeOf({ ran, workspace, isConfig }: Said): Place {
  const fallback = { file: isConfig ? workspace.config : (workspace.schema ?? workspace.config), line: null };
  return placeIn(ran.text, workspace) ?? fallback;
}

/** Stand-ins for variables that were missed, React's condition for `server-only`: whether there is anything new. */
function giveWhatIsMissed({ ran, workspace }: Said): boolean {
  const { environment, flags } = workspace;
  const before = environment.size + flags.size;
  if (/cannot be imported from a Client Component module/.test(ran.text))
    flags.add('--conditions=react-server');
  for (const name of variablesIn(ran.text)) {
    const value = dummyFor(name);
    if (value !== null && !environment.has(name)) environment.set(name, value);
  }
  if (environment.size + flags.size === before && /Invalid environment variables/i.test(ran.text)) {
    environment.set('SKIP_ENV_VALIDATION', '1');
  }
  return environment.size + flags.size > before;
}

/** Whatever looks like one; codes of errors look the same. */
function variablesIn(text: string): string[] {
  const names = text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [];
  return [...new Set(names)].filter((name) => !/^(?:ERR|MODULE|ESM|UV)_/.test(name)).slice(0, 50);
}
