/** What has to be done so that a statement ends here as it would for `postgres` of a hosted project. */

export interface ManagedTable {
  readonly schema: string;
  readonly name: string;
}

/** What a superuser makes for `postgres`, and who owns it on a hosted project. */
export interface HandOver {
  readonly kind: 'event trigger' | 'foreign data wrapper' | 'publication';
  readonly name: string;
}

export type Handling =
  /** Sent as it is, by `postgres`. */
  | { readonly how: 'plain' }
  /** Sent by `postgres` while it is a member of the role that owns one of the listed tables. */
  | { readonly how: 'as-owner'; readonly table: ManagedTable }
  /** Sent with a superuser's rights for this one statement; what it makes is then handed to `postgres`. */
  | { readonly how: 'as-admin'; readonly handOver: HandOver | null }
  /** CREATE EXTENSION and its kin: as-admin where the server has it, left out with a reason where it has not. */
  | {
      readonly how: 'extension';
      readonly name: string;
      readonly command: 'create' | 'alter' | 'drop' | 'comment';
    }
  /** CREATE, ALTER and DROP ROLE of roles that are not reserved, where `postgres` may not do it by itself. */
  | { readonly how: 'as-role-maker' }
  /** A hosted project refuses it, or it reaches outside the database: it is not sent. */
  | { readonly how: 'refused'; readonly why: string; readonly hint: string | null }
  /** Hosted would let its inner statements through one by one, which cannot be done here: it is not sent. */
  | { readonly how: 'unproved'; readonly why: string };

/** What handling depends on besides the statement. */
export interface Ground {
  readonly platform: 'supabase' | 'postgres';
  readonly majorVersion: 15 | 16 | 17 | 18;
  readonly foundation: 'own' | 'image' | 'shared';
}

/** What carrying a handling out depends on, too. */
export interface HostedGround extends Ground {
  /** Names of the extensions that are stand-ins of ours on this server. */
  readonly standIns: readonly string[];
}
