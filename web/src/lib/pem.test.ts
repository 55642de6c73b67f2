import { describe, expect, it } from 'vitest';
import { certificatesIn } from './pem';

const CHAIN = `-----BEGIN CERTIFICATE-----
MIIBqDCCAU2gAwIBAgIQbSJNruTSkEVCf4gYPvxQRTAKBggqhkjOPQQDAjAgMR4w
HAYDVQQDDBVjZXJ0Y3RsIExvY2FsIENBIFJvb3QwHhcNMjYxMTI5MTg1NjUxWhcN
MzExMTI4MTkwMTUxWjAjMSEwHwYDVQQDDBhjZXJ0Y3RsIExvY2FsIENBIElzc3Vp
bmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATEaI1crzEwRDxe/TCBz4WBT8yO
agy8U+HxVtPVDYukxxa+Fhfha7kHvwJ0bVoDgZlF8xlXBQmi1EI2Mi+y5Fbvo2Yw
ZDASBgNVHRMBAf8ECDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQU
KFE3F7HyUe99COXTzYVO9mCnOFwwHwYDVR0jBBgwFoAUvnv3+vIo5WAOXjludlA1
/Xp4gYQwCgYIKoZIzj0EAwIDSQAwRgIhAJyF7uQUScZ21obCpeGthTVHAN4W7dJf
us7W9DKpY3hlAiEAzUpcb8clizyVzlyh+98kkbfnuBUx7sRRPky2nOF6jlo=
-----END CERTIFICATE-----
`;

describe('certificates of a PEM text', () => {
  it('are told by subject, issuer and end', () => {
    const [one, ...rest] = certificatesIn(`a word before\n${CHAIN}`);
    expect(rest).toEqual([]);
    expect(one).toMatchObject({
      subject: 'certctl Local CA Issuing',
      issuer: 'certctl Local CA Root',
      notAfter: '2031-11-28T19:01:51Z',
    });
    expect(one?.pem).toContain('BEGIN CERTIFICATE');
  });

  it('are left out when they cannot be read', () => {
    expect(certificatesIn('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toEqual([]);
    expect(certificatesIn('')).toEqual([]);
  });
});
