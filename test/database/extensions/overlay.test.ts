import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trustedExtensions } from '../../../src/database/extensions/hosted.ts';
import { overlay, overlayFiles, overlayVersion } from '../../../src/database/extensions/overlay.ts';
import { standIns } from '../../../src/database/extensions/stand-ins.ts';

describe('stand-ins are laid into a copy of a server', () => {
  let top: string;
  let machine: string;
  let copy: string;

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'gatekeeper-overlay-'));
    machine = join(top, 'machine');
    copy = join(top, 'copy');
    mkdirSync(machine);
    mkdirSync(copy);
  });

  afterEach(() => {
    rmSync(top, { recursive: true, force: true });
  });

  /** A file of the machine's server, and in the copy a link to it. */
  function put(name: string, content: string): void {
    writeFileSync(join(machine, name), content);
    symlinkSync(join(machine, name), join(copy, name));
  }

  const read = (name: string): string => readFileSync(join(copy, name), 'utf8');

  test('each with its control file and its script', () => {
    expect(overlay(copy, 17)).toEqual(standIns.map(({ name }) => name).sort());
    expect(readdirSync(copy).sort()).toEqual(
      overlayFiles()
        .map(({ name }) => name)
        .sort(),
    );
    for (const { name, content } of overlayFiles()) expect(read(name)).toBe(content);
    expect(read('vector.control')).toMatch(/^superuser = true$/m);
    expect(read('pg_cron.control')).toMatch(/^schema = 'pg_catalog'$/m);
    expect(read('index_advisor.control')).toMatch(/^requires = 'hypopg'$/m);
    expect(read('pgmq.control')).toMatch(/^superuser = false$/m);
  });

  test('a real extension stays what it is', () => {
    put('vector.control', "default_version = '0.8.1'\n");
    put('vector--0.8.1.sql', '-- the real one\n');
    expect(overlay(copy, 17)).not.toContain('vector');
    expect(read('vector.control')).toBe("default_version = '0.8.1'\n");
    expect(readdirSync(copy).filter((name) => name.startsWith('vector--'))).toEqual(['vector--0.8.1.sql']);
  });

  test('but not one that would connect, or that needs to be preloaded: none of its scripts can be named', () => {
    for (const name of ['dblink', 'pg_cron', 'postgres_fdw']) {
      put(`${name}.control`, "default_version = '9.9'\n");
      put(`${name}--9.9.sql`, '-- the real one\n');
      put(`${name}--9.8--9.9.sql`, '-- the real one\n');
      put(`${name}--9.9.control`, "module_pathname = 'x'\n");
    }
    const laid = overlay(copy, 15);
    expect(laid).toEqual(expect.arrayContaining(['dblink', 'pg_cron', 'postgres_fdw']));
    expect(readdirSync(copy).filter((name) => name.includes('9.9'))).toEqual([]);
    // What the links led to is the machine's own.
    expect(readFileSync(join(machine, 'dblink.control'), 'utf8')).toBe("default_version = '9.9'\n");
    expect(existsSync(join(machine, 'dblink--9.9.sql'))).toBe(true);
  });

  test('what hosted lets postgres create is made trusted, in the copy alone', () => {
    for (const name of trustedExtensions(17)) put(`${name}.control`, "default_version = '1.0'");
    put('file_fdw.control', "default_version = '1.0'");
    overlay(copy, 17);
    for (const name of trustedExtensions(17)) {
      expect(read(`${name}.control`)).toBe("default_version = '1.0'\ntrusted = true\n");
      expect(readFileSync(join(machine, `${name}.control`), 'utf8')).toBe("default_version = '1.0'");
    }
    expect(read('file_fdw.control')).toBe("default_version = '1.0'");
    expect(lstatSync(join(copy, 'file_fdw.control')).isSymbolicLink()).toBe(true);
  });

  test('never where the directory itself is a link', () => {
    symlinkSync(machine, join(top, 'linked'));
    expect(() => overlay(join(top, 'linked'), 17)).toThrow('is a link');
    expect(readdirSync(machine)).toEqual([]);
  });

  test('laid twice, it is the same', () => {
    for (const name of trustedExtensions(16)) put(`${name}.control`, "default_version = '1.0'");
    const contents = (): string[] => readdirSync(copy).map((name) => `${name}: ${read(name)}`);
    const laid = overlay(copy, 16);
    const before = contents();
    expect(overlay(copy, 16)).toEqual(laid);
    expect(contents()).toEqual(before);
  });

  test('its version is in the name of a cached copy', () => {
    expect(overlayVersion(17)).toMatch(/^[0-9a-f]{8}$/);
    expect(overlayVersion(17)).toBe(overlayVersion(17));
    expect(overlayVersion(15)).not.toBe(overlayVersion(17));
  });
});
