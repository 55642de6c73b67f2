// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { areUsual, readCols, withKeys, withWidth, writeCols } from './cols';

describe('columns in the address', () => {
  it('reads what it has written, each column once', () => {
    const text = 'name:240,status,expires:96';
    expect(writeCols(readCols(text))).toBe(text);
    expect(writeCols(readCols('name,name:300,,status'))).toBe('name,status');
    expect(readCols(undefined)).toEqual([]);
  });

  it('keeps a width within what can be read, and drops what is none', () => {
    expect(writeCols(readCols('name:12,status:9999,expires:moon,live:0'))).toBe('name:56,status:900,expires,live');
  });

  it('changes a width, and takes widths along when columns move', () => {
    const cols = readCols('name:240,status');
    expect(writeCols(withWidth(cols, 'status', 101.4))).toBe('name:240,status:101');
    expect(writeCols(withWidth(cols, 'name', null))).toBe('name,status');
    expect(writeCols(withKeys(cols, ['status', 'live', 'name']))).toBe('status,live,name:240');
    expect(areUsual(withWidth(cols, 'name', null), ['name', 'status'])).toBe(true);
    expect(areUsual(cols, ['name', 'status'])).toBe(false);
  });
});
