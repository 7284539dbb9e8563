import type { Library, Overload } from '../environment.ts';
import { global, member } from '../environment.ts';
import { mapOf } from '../map.ts';
import type { CelValue, Url } from '../value.ts';
import { celError, isTagged, noSuchOverload } from '../value.ts';
import { parseUrl } from './url-text.ts';

const type = 'kubernetes.URL';

function on(of: (url: Url) => CelValue): Overload['run'] {
  return ([value = null]) =>
    isTagged(value) && value.cel === 'object' && value.of === type ? of(value.url) : noSuchOverload;
}

function parse([text]: readonly CelValue[]): CelValue {
  const url = typeof text === 'string' ? parseUrl(text) : null;
  return url === null ? celError('not a URL') : { cel: 'object', of: type, url };
}

/** Kubernetes' URLs (apiserver `pkg/cel/library/urls.go`). */
export const urls: Library = {
  functions: new Map([
    ['url', [global('string_to_url', `string -> ${type}`, parse)]],
    [
      'isURL',
      [
        global('is_url_string', 'string -> bool', ([text]) =>
          typeof text === 'string' ? parseUrl(text) !== null : noSuchOverload,
        ),
      ],
    ],
    [
      'getScheme',
      [
        member(
          'url_get_scheme',
          `${type} -> string`,
          on(({ scheme }) => scheme),
        ),
      ],
    ],
    [
      'getHost',
      [
        member(
          'url_get_host',
          `${type} -> string`,
          on(({ host }) => host),
        ),
      ],
    ],
    [
      'getHostname',
      [
        member(
          'url_get_hostname',
          `${type} -> string`,
          on(({ hostname }) => hostname),
        ),
      ],
    ],
    [
      'getPort',
      [
        member(
          'url_get_port',
          `${type} -> string`,
          on(({ port }) => port),
        ),
      ],
    ],
    [
      'getEscapedPath',
      [
        member(
          'url_get_escaped_path',
          `${type} -> string`,
          on((url) => url.escapedPath),
        ),
      ],
    ],
    [
      'getQuery',
      [
        member(
          'url_get_query',
          `${type} -> map(string, list(string))`,
          on(({ query }) => mapOf([...query])),
        ),
      ],
    ],
  ]),
};
