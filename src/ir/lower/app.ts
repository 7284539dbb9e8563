import { type LoweredDecl, objects } from './lowered.ts';

/** Nothing: an app `via: works` stays in its Program, and the engine makes a ManifestWork per cluster of it. */
export function lowerApp(): LoweredDecl {
  return objects();
}
