/** What a `postgres://` URL says, and what is refused about it without repeating any of it. */
import { describe, expect, test } from 'vitest';
import { readServerUrl } from '../../../src/database/adapters/url/server-url.ts';
import { GatekeeperError } from '../../../src/errors.ts';

const plain = {
  host: 'db',
  socket: null,
  port: 5432,
  user: 'u',
  password: 'p',
  database: 'shop',
  sslMode: 'prefer',
  rootCertificate: null,
  where: 'db:5432',
};

describe('is read', () => {
  test.each<[string, object]>([
    ['postgres://u:p@db/shop', plain],
    ['postgresql://u:p@DB/shop', plain],
    ['postgres://u:p@db:6000/shop', { port: 6000, where: 'db:6000' }],
    ['postgres://u:p@db', { database: 'postgres' }],
    ['postgres://u:p@db/', { database: 'postgres' }],
    ['postgres://u@db/shop', { password: null }],
    [
      'postgres://a%40b:p%40%2F%3A%23%3F%25@db/my%20shop',
      { user: 'a@b', password: 'p@/:#?%', database: 'my shop' },
    ],
    ['postgres://u:p@[::1]:6000/shop', { host: '::1', where: '[::1]:6000' }],
    ['postgres://u:p@db/shop?sslmode=verify-full', { sslMode: 'verify-full' }],
    ['postgres://u:p@db/shop?application_name=x&connect_timeout=3', plain],
    ['postgres://db/shop?user=u&password=p', plain],
    ['postgres://u:p@db/x?dbname=shop&port=6000&host=other', { host: 'other', port: 6000, database: 'shop' }],
    ['postgres:///shop?user=u&host=/run/pg', { host: null, socket: '/run/pg/.s.PGSQL.5432' }],
    ['postgres://u:p@/shop?host=/run/pg&port=6000', { host: null, socket: '/run/pg/.s.PGSQL.6000' }],
    ['postgres://u:p@%2Frun%2Fpg/shop', { socket: '/run/pg/.s.PGSQL.5432', where: '/run/pg/.s.PGSQL.5432' }],
  ])('%s', (url, expected) => {
    expect(readServerUrl(url, {})).toMatchObject(expected);
  });

  test('the password may be in PGPASSWORD, where the URL has none', () => {
    expect(readServerUrl('postgres://u@db', { PGPASSWORD: 'secret' }).password).toBe('secret');
    expect(readServerUrl('postgres://u:p@db', { PGPASSWORD: 'secret' }).password).toBe('p');
  });
});

describe('is refused, and nothing of it is repeated', () => {
  test.each<[string, string]>([
    ['postgres://u:se/cret@db/shop', 'a URL'],
    ['postgres://u:12/cret@db/shop', 'an @ or a #'],
    ['postgres://u:12?cret@db/shop', 'an @ or a #'],
    ['postgres://u:12#cret@db/shop', 'an @ or a #'],
    ['postgres://u:cret%@db/shop', 'the password has a %'],
    ['postgres://u:cret@db:99999/shop', 'a URL'],
    ['postgres://u:cret@db/shop?port=x', 'the port'],
    ['postgres://u:cret@db/shop?port=0', 'the port'],
    ['postgres://u:cret@db/shop?sslmode=cret', 'sslmode is none of disable, allow, prefer'],
    ['postgres://u:cret@db/shop?cret=1', 'a parameter that the gate does not know'],
    ['postgres://u:cret@db/shop?pgbouncer=true', 'a parameter that the gate does not know'],
    ['postgres://u:cret@db/shop?host=a&host=b', 'host twice'],
    ['postgres://u:cret@db/shop?host=a,b', 'several hosts'],
    ['postgres://u:cret@/shop', 'no host'],
    ['postgres://db/shop', 'no user'],
    ['postgres://u:cret@db/shop?sslrootcert=/nowhere/cret', 'cannot be read (ENOENT)'],
    ['mysql://u:cret@db/shop', 'does not begin with'],
    ['cret', 'a URL'],
  ])('%s', (url, expected) => {
    let error: unknown;
    try {
      readServerUrl(url, {});
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(GatekeeperError);
    const { code, message, remedy } = error as GatekeeperError;
    expect(code).toBe('server-url-invalid');
    expect(message).toContain(expected);
    expect(`${message} ${remedy}`).not.toContain('cret@');
    expect(message.replaceAll('sslrootcert', '')).not.toContain('cret');
  });
});
