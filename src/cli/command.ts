import type { Command } from 'commander';
import type { ExitCode, Io } from './io.ts';

/** What a command is added to, and what it may touch. */
export interface Frame {
  readonly program: Command;
  readonly io: Io;
  /** Told the exit code when the command has ended. */
  readonly ended: (code: ExitCode) => void;
}

/**
 * Adds one command to the tree. The file of a command holds its options only and imports what does the work
 * when it runs, so that `ocm check` never loads the Kubernetes client.
 */
export type AddCommand = (frame: Frame) => void;
