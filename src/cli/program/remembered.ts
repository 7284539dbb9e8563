import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a workspace keeps what was last said on its command line. Plain names, no secrets. */
const file = '.ocm-apply.json';

/** The service account that was last given in this workspace. */
export function remembered(root: string): string | undefined {
  try {
    const { serviceAccount } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return typeof serviceAccount === 'string' ? serviceAccount : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the service account for the next time; a workspace that cannot be written to forgets it. */
export function remember(root: string, serviceAccount: string): void {
  if (remembered(root) === serviceAccount) return;
  try {
    writeFileSync(join(root, file), `${JSON.stringify({ serviceAccount })}\n`);
  } catch {
    // it is a convenience only
  }
}
