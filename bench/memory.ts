/**
 * The peak memory of a process that parses SQL, as we load the parser and as Node would by itself.
 * `node bench/memory.ts`
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ours = pathToFileURL(resolve(import.meta.dirname, '../src/history/statements.ts')).href;

const sql = 'create table a (id int); alter table a add column b text; select * from a where b = 1';

function peakMegabytes(load: string): number {
  const script = `${load}; await new Promise((done) => setTimeout(done, 1500));
    console.log(process.resourceUsage().maxRSS / 1024);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

const byItself = peakMegabytes(
  `const { parse } = await import('libpg-query'); for (let n = 0; n < 300; n += 1) await parse('${sql}')`,
);
const asLoaded = peakMegabytes(
  `const { parseSql } = await import('${ours}'); for (let n = 0; n < 300; n += 1) await parseSql('${sql}')`,
);
process.stdout.write(
  `Node peak: as we load the parser ${asLoaded.toFixed(0)} MB · by itself ${byItself.toFixed(0)} MB · ratio ${(asLoaded / byItself).toFixed(2)}\n`,
);
