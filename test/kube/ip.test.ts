import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cidrContains,
  formatCidr,
  formatIp,
  maskedCidr,
  parseCidr,
  parseIp,
} from '../../src/kube/ip.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('%s is %s', (text, canonical) => {
    const ip = parseIp(text);
    expect(ip && formatIp(ip)).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.04',
    '1.2.3.256',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    ':::',
    '1:2:3:4:5:6:7',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3.4::',
    '12345::',
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeNull();
  });

  it('are those Node knows too', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const ip = parseIp(text);
        if (ip === null) return;
        expect(isIP(formatIp(ip))).toBe(6);
        expect(parseIp(formatIp(ip))).toEqual(ip);
      }),
    );
  });
});

describe('blocks', () => {
  it('contain what Node says they contain', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (block, length, text) => {
        const cidr = parseCidr(`${block}/${length}`);
        const ip = parseIp(text);
        if (cidr === null || ip === null) throw new Error('not read');
        const list = new BlockList();
        list.addSubnet(block, length);
        expect(cidrContains(cidr, ip)).toBe(list.check(text));
        expect(cidrContains(maskedCidr(cidr), ip)).toBe(list.check(text));
      }),
    );
  });

  it('keep to their family and their limits', () => {
    const all = parseCidr('0.0.0.0/0');
    const six = parseIp('::1');
    expect(all && six && cidrContains(all, six)).toBe(false);
    expect(parseCidr('10.0.0.0/33')).toBeNull();
    expect(parseCidr('10.0.0.0/08')).toBeNull();
    expect(parseCidr('10.0.0.0')).toBeNull();
    const cidr = parseCidr('10.1.2.3/8');
    expect(cidr && [formatCidr(cidr), formatCidr(maskedCidr(cidr))]).toEqual([
      '10.1.2.3/8',
      '10.0.0.0/8',
    ]);
  });
});
