/** The contract, in the order of the page. */
import type { ContractPart } from '../row.ts';
import { extensions } from './extensions.ts';
import { managedTables } from './managed-tables.ts';
import { outside } from './outside.ts';
import { policiesOfServices } from './policies.ts';
import { roles } from './roles.ts';
import { settings } from './settings.ts';
import { superuserObjects } from './superuser-objects.ts';

export const contract: readonly ContractPart[] = [
  managedTables,
  policiesOfServices,
  extensions,
  superuserObjects,
  settings,
  roles,
  outside,
];
