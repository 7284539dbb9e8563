import { describe, expect, test } from 'vitest';
import { unpackObject } from '../../../src/runtime/apiserver/types/protobuf.ts';

/** A field of a message: a number, a text, or the fields of another message. */
type Part = readonly [number: number, value: number | bigint | string | readonly Part[]];

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}

function message(parts: readonly Part[]): number[] {
  return parts.flatMap(([number, value]) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      return [...varint(BigInt(number * 8)), ...varint(BigInt(value))];
    }
    const bytes = typeof value === 'string' ? [...Buffer.from(value)] : message(value);
    return [...varint(BigInt(number * 8 + 2)), ...varint(BigInt(bytes.length)), ...bytes];
  });
}

/** What a client of Go sends: the magic, and a `runtime.Unknown` with the object in it. */
function packed(apiVersion: string, kind: string, object: readonly Part[]): Uint8Array {
  const named: Part = [
    1,
    [
      [1, apiVersion],
      [2, kind],
    ],
  ];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...message([named, [2, object]])]);
}

function unpacked(apiVersion: string, kind: string, object: readonly Part[]): unknown {
  const read = unpackObject(packed(apiVersion, kind, object));
  expect(read).toMatchObject({ ok: true });
  return read.ok ? read.object : null;
}

describe('protobuf of clients of Go', () => {
  test('keeps the microseconds of a Lease', () => {
    const renewTime: Part = [
      4,
      [
        [1, 1_767_323_045],
        [2, 678_901_000],
      ],
    ];
    expect(unpacked('coordination.k8s.io/v1', 'Lease', [[2, [renewTime]]])).toMatchObject({
      spec: { renewTime: '2026-01-02T03:04:05.678901Z' },
    });
  });

  test('holds CustomResourceDefinitions, which typed clients send so', () => {
    const property = (name: string, schema: readonly Part[]): Part => [
      29,
      [
        [1, name],
        [2, schema],
      ],
    ];
    const schema: readonly Part[] = [
      [5, 'object'],
      property('one', [
        [5, 'array'],
        [24, [[1, [[5, 'string']]]]],
      ]),
      property('any', [
        [5, 'object'],
        [30, [[1, 1]]],
      ]),
      property('none', [
        [5, 'object'],
        [30, [[1, 0]]],
      ]),
      property('some', [
        [5, 'object'],
        [
          30,
          [
            [1, 1],
            [2, [[5, 'integer']]],
          ],
        ],
      ]),
      property('n', [
        [5, 'integer'],
        [8, [[1, '3']]],
        [20, [[1, '3']]],
        [20, [[1, '4']]],
        [40, 0],
      ]),
      property('free', [
        [5, 'object'],
        [38, 1],
        [44, [[1, 'true']]],
      ]),
    ];
    const version: readonly Part[] = [
      [1, 'v1'],
      [2, 1],
      [3, 0],
      [4, [[1, schema]]],
      [5, [[1, []]]],
    ];
    const definition = unpacked('apiextensions.k8s.io/v1', 'CustomResourceDefinition', [
      [1, [[1, 'things.example.com']]],
      [
        2,
        [
          [1, 'example.com'],
          [7, version],
        ],
      ],
    ]);
    expect(definition).toEqual({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: false,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  one: { type: 'array', items: { type: 'string' } },
                  any: { type: 'object', additionalProperties: true },
                  none: { type: 'object', additionalProperties: false },
                  some: { type: 'object', additionalProperties: { type: 'integer' } },
                  n: { type: 'integer', default: 3, enum: [3, 4] },
                  free: {
                    type: 'object',
                    'x-kubernetes-preserve-unknown-fields': true,
                    'x-kubernetes-validations': [{ rule: 'true' }],
                  },
                },
              },
            },
            subresources: { status: {} },
          },
        ],
      },
    });
  });
});
