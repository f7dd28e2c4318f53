/**
 * AWS's usual chain of credentials, by its own library: environment, shared files and profiles, SSO, process, web identity, container,
 * instance. The library is loaded when the first credentials are wanted, so that a collector without AWS never has it.
 */
import type { Fault } from './fault.ts';
import { CredentialsFault, toFault } from './fault.ts';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface CredentialsSource {
  /** Credentials that are good now; looked up anew when the known ones end soon. Throws `CredentialsFault`. */
  get(signal: AbortSignal): Promise<AwsCredentials>;
  /** AWS did not accept them: the next call looks at every file, process and address again. */
  forget(): void;
}

type Provider = () => Promise<AwsCredentials>;

/** The credentials of a profile, or without one of what the chain finds first. Nothing is looked up yet. */
export function createCredentials(profile?: string): CredentialsSource {
  const notes = createNotes();
  let provider: Provider | undefined;
  return {
    async get(signal) {
      notes.clear();
      try {
        provider ??= await createProvider(profile, notes);
        const credentials = await before(signal, provider());
        if (profile !== undefined && !isOfProfile(credentials)) throw new CredentialsFault('none', profile);
        if (isExpired(credentials)) throw new CredentialsFault('expired', profile);
        return credentials;
      } catch (error) {
        // What was found wrong is looked at again at the next attempt: a person may have signed in meanwhile.
        provider = undefined;
        if (error instanceof CredentialsFault) throw error;
        throw new CredentialsFault(notes.fault(error), profile);
      }
    },
    forget: () => {
      provider = undefined;
    },
  };
}

interface Notes {
  clear(): void;
  fault(error: unknown): Fault;
  debug(text: unknown): void;
}

/** The library tells in its log why each link of its chain failed, and in its error only of the last. Texts are sorted at once: they may hold secrets. */
function createNotes(): Notes {
  const faults: Fault[] = [];
  return {
    clear: () => {
      faults.length = 0;
    },
    fault: (error) => toFault(error instanceof Error ? error.message : '') ?? faults[0] ?? 'none',
    debug: (text) => {
      const fault = toFault(String(text));
      if (fault) faults.push(fault);
    },
  };
}

async function createProvider(profile: string | undefined, notes: Notes): Promise<Provider> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const silent = (): void => {};
  const logger = { trace: silent, debug: (text: unknown) => notes.debug(text), info: silent, warn: silent, error: silent };
  // Without `ignoreCache` a file is read once in the life of a process, and a later `aws sso login` is not seen.
  return defaultProvider({ ...(profile === undefined ? {} : { profile }), ignoreCache: true, logger, clientConfig: { logger } });
}

/** By what the library says of where they come from. Where a profile is missing it goes on to container and instance: somebody else's account. */
function isOfProfile(credentials: AwsCredentials & { $source?: object }): boolean {
  return Object.keys(credentials.$source ?? {}).some((source) => /^CREDENTIALS_(?:PROFILE|SSO|PROCESS|LOGIN|STS_ASSUME_ROLE)/.test(source));
}

function isExpired({ expiration }: AwsCredentials): boolean {
  return expiration !== undefined && expiration.getTime() <= Date.now();
}

/** The library has deadlines of its own, longer than ours, and takes no signal. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new CredentialsFault('late'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}
