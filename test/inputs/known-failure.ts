/** The known failure that a call throws, so that a test can look at its words. */
import { GatekeeperError } from '../../src/errors.ts';

export function knownFailure(call: () => unknown): Pick<GatekeeperError, 'code' | 'message' | 'remedy'> {
  try {
    call();
  } catch (error) {
    if (error instanceof GatekeeperError) {
      return { code: error.code, message: error.message, remedy: error.remedy };
    }
    throw error;
  }
  throw new Error('Nothing was thrown');
}
