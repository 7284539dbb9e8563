import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../../../base/json.ts';
import { readClientCertificate } from './certificate.ts';
import {
  credentialFiles,
  credentialTexts,
  type HubCredential,
  type PendingRequest,
  readCredential,
} from './hub-credential.ts';

const pendingFile = 'pending-request.json';

/** Keeps an agent's credential in a folder (0700) of files (0600), whole after any crash. */
export class CredentialFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#finishSwap();
  }

  /** Where the kubeconfig of the hub is, once there is one. */
  get kubeconfigPath(): string {
    return join(this.path, credentialFiles.kubeconfig);
  }

  load(): Promise<HubCredential | null> {
    return readCredential((file) => this.#read(file));
  }

  /** The agent's name of an earlier run, which a new certificate keeps. */
  get agentName(): string | null {
    return this.#read(credentialFiles.agentName);
  }

  save(credential: HubCredential): void {
    const { certificate, key, ...others } = credentialFiles;
    const texts = credentialTexts(credential);
    // Certificate and key change over together or, after a crash in between, at the next start.
    for (const file of [key, certificate]) this.#write(next(file), texts[file] ?? '');
    this.#rename(next(key), key);
    this.#rename(next(certificate), certificate);
    for (const file of Object.values(others)) this.#replace(file, texts[file] ?? '');
    this.dropPending();
  }

  loadPending(): PendingRequest | null {
    try {
      const pending: unknown = JSON.parse(this.#read(pendingFile) ?? '');
      if (!isJsonObject(pending)) return null;
      const { name, uid, keyPem } = pending;
      return typeof name === 'string' && typeof uid === 'string' && typeof keyPem === 'string'
        ? { name, uid, keyPem }
        : null;
    } catch {
      return null;
    }
  }

  savePending(pending: PendingRequest): void {
    this.#replace(pendingFile, JSON.stringify(pending));
  }

  dropPending(): void {
    rmSync(join(this.path, pendingFile), { force: true });
  }

  #finishSwap(): void {
    const { certificate, key } = credentialFiles;
    const [newCertificate, newKey] = [this.#read(next(certificate)), this.#read(next(key))];
    const currentKey = this.#read(key) ?? '';
    const fits = (keyPem: string): boolean =>
      newCertificate !== null && readClientCertificate(newCertificate, keyPem) !== null;
    if (newKey !== null && fits(newKey)) this.#rename(next(key), key);
    if (fits(newKey ?? currentKey)) this.#rename(next(certificate), certificate);
    for (const file of [key, certificate]) rmSync(join(this.path, next(file)), { force: true });
  }

  #read(file: string): string | null {
    try {
      return readFileSync(join(this.path, file), 'utf8');
    } catch {
      return null;
    }
  }

  #replace(file: string, text: string): void {
    this.#write(next(file), text);
    this.#rename(next(file), file);
  }

  #write(file: string, text: string): void {
    const path = join(this.path, file);
    rmSync(path, { force: true });
    const opened = openSync(path, 'wx', 0o600);
    try {
      writeSync(opened, text);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  }

  #rename(from: string, to: string): void {
    renameSync(join(this.path, from), join(this.path, to));
  }
}

function next(file: string): string {
  return `${file}.next`;
}
