/** The password of one run, and how a server is given it without being told: as a SCRAM verifier (RFC 5803). */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** Letters, digits, - and _ only: no client and no SASLprep reads it otherwise than it was written. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

const iterations = 4096;

/** What PASSWORD in SQL takes instead of a password, so that none stands in the server's log. */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
