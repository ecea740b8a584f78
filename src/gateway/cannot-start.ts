/** Something that only the operator can mend keeps the gateway from starting; the message is one line for them. */
export class CannotStart extends Error {
  constructor(what: string, why: string, cause: unknown) {
    super(`${what}: ${why}`, { cause });
    this.name = 'CannotStart';
  }
}

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has this port; stop it, or choose another port in gateway.yaml',
  EACCES: 'this user may not open this port; ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'no such host is known',
};

/**
 * Starts a listener.
 * @throws {CannotStart} when it cannot have its address.
 */
export async function listening<T>(
  what: string,
  { host, port }: { readonly host: string; readonly port: number },
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { syscall, code = '', message } = error as NodeJS.ErrnoException;
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error;
    throw new CannotStart(`${what} cannot listen on ${host}:${port}`, listenReasons[code] ?? message, error);
  }
}

/**
 * Opens what the operator has provided: files, a folder.
 * @throws {CannotStart} with the innermost reason when that fails.
 */
export async function opening<T>(what: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw new CannotStart(`${what} cannot be opened`, innermostReason(error), error);
  }
}

function innermostReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : innermostReason(error.cause);
}
