import { InvalidArgumentError } from 'commander';

/** The value of a `--port`; what is no port is a wrong command line, before anything is started. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('it is a number from 0 to 65535.');
}
