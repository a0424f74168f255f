import { describe, expect, test } from '@jest/globals';
import { addressRange, createAddressRanges } from '../../src/base/addressRanges.ts';
import { addressNetwork, ipAddress } from '../../src/base/ipAddress.ts';

describe('an address', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    [' 10.0.0.1 ', '10.0.0.1'],
    ['10.0.0.1:4711', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:0a00:0001', '10.0.0.1'],
    ['[::ffff:10.0.0.1]:80', '10.0.0.1'],
    ['::ffff:255.255.255.255', '255.255.255.255'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:1', 'fe80::1'],
    ['::ffff:0:10.0.0.1', '::ffff:0:10.0.0.1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::10.0.0.1'],
  ])('written %s is %s', (written, address) => {
    expect(ipAddress(written)).toBe(address);
  });

  test.each([
    '',
    'unknown',
    '_hidden',
    'localhost',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '0x0a000001',
    '167772161',
    '10.0.0.1, 10.0.0.2',
    '10.0.0.1:port',
    '[10.0.0.1',
    '::1::',
    '1:2:3:4:5:6:7:8:9',
    '::ffff:10.0.0.1.2',
    '10.0.0.1/8',
    'a'.repeat(100_000),
    ':'.repeat(100_000),
    '['.repeat(100_000),
  ])('cannot be read from %#', (written) => {
    expect(ipAddress(written)).toBeNull();
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::ffff', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::10.0.0.1', '64:ff9b:0:0::/64'],
  ])('%s counts as %s', (address, network) => {
    expect(addressNetwork(address)).toBe(network);
  });
});

describe('address ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['::ffff:10.0.0.7', '10.0.0.7', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:DB8::/32', '2001:db9::1', false],
    ['::1', '::1', true],
    ['::/0', '10.0.0.1', false],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', 'unknown', false],
  ])('%s and %s: %s', (range, address, held) => {
    expect(createAddressRanges([range]).has(address)).toBe(held);
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    '::ffff:0:0/90',
    'fe80::1%lo',
    '*',
  ])('cannot be written %s', (written) => {
    expect(addressRange.safeParse(written).success).toBe(false);
  });
});
