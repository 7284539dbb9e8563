import { isJsonObject } from '../../base/json.ts';
import { parseCidr, parseIp } from '../../kube/ip.ts';

/** A label or claim says which cluster it is of, or where that answers. */
export function isTelling(key: string, value: string, cluster: string): boolean {
  const isSaid = [key, value].some((text) => names(text, cluster));
  if (isSaid || isTellingKey(key)) return true;
  return /^\s*[[{]/.test(value) ? isTellingJson(value) : isAddress(value.trim());
}

const tellingWord =
  /^(id|ip|cidr|uid|server|email|.*(uuid|guid|clusterid|infraid|name|urls?|uris?|host|address|endpoint))$/;

function isTellingKey(key: string): boolean {
  const words = key.replace(/([a-z])([A-Z])/g, '$1-$2').split(/[^A-Za-z0-9]+/);
  return words.some((word) => tellingWord.test(word.toLowerCase()));
}

/** Holds the name, with nothing before and after it that would make it another word. */
function names(text: string, cluster: string): boolean {
  if (cluster === '') return false;
  const isPart = (char: string | undefined) => char !== undefined && /[A-Za-z0-9]/.test(char);
  for (let at = text.indexOf(cluster); at >= 0; at = text.indexOf(cluster, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + cluster.length])) return true;
  }
  return false;
}

const hostName = /^([a-z0-9-]+\.){2,}[a-z]{2,}(:\d+)?$/i;

function isAddress(text: string): boolean {
  if (/:\/\/|@/.test(text) || hostName.test(text)) return true;
  const withoutPort = text.replace(/:\d+$/, '');
  return [text, withoutPort].some((of) => parseIp(of) !== null) || parseCidr(text) !== null;
}

/** Some claims are objects: `infrastructure.openshift.io`. */
function isTellingJson(text: string): boolean {
  const left: unknown[] = [parsed(text)];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'string' && isAddress(value)) return true;
    if (Array.isArray(value)) left.push(...value);
    if (!isJsonObject(value)) continue;
    if (Object.keys(value).some(isTellingKey)) return true;
    left.push(...Object.values(value));
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
