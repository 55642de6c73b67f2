// What a job works with: the certificate's names, key, profile and policy, or the version that is deployed. Not for: what came of it.
// Invariant: it says that these are the values of now, which a later change of the certificate may have moved.
import type { NameOf } from '@/api/lookups';
import type { Certificate, Job } from '@/api/types';
import { keyName, strategies } from '@/lib/key-names';
import { took } from '@/lib/time';
import { number } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';

const SHOWN = 6;

export function Inputs({ it, certificate, nameOf }: { it: Job; certificate: Certificate; nameOf: NameOf }) {
  const signs = it.kind === 'Issuance' || it.kind === 'Renewal';
  const names = certificate.names;
  return (
    <Panel flush note="as the certificate is now" title="Works with">
      <PropertyList
        items={[
          [
            'Names',
            <span key="names" title={names.join(', ')}>
              {names.slice(0, SHOWN).join(', ')}
              {names.length > SHOWN ? (
                <span className="text-ink-3"> and {number(names.length - SHOWN)} more</span>
              ) : null}
            </span>,
          ],
          signs ? ['Key', `${keyName(certificate.key_algorithm)}, ${strategies[certificate.key_strategy]}`] : null,
          signs ? ['Lifetime', took(certificate.lifetime_seconds * 1000)] : null,
          signs
            ? [
                'Issuer',
                <TextLink key="issuer" to={`/issuers/${certificate.issuer_id}`}>
                  {nameOf(certificate.issuer_id)}
                </TextLink>,
              ]
            : null,
          signs
            ? [
                'Profile',
                <TextLink key="profile" to={`/profiles/${certificate.profile_id}`}>
                  {nameOf(certificate.profile_id)}
                </TextLink>,
              ]
            : null,
          [
            'Policy',
            <TextLink key="policy" to={`/policies/${certificate.renewal_policy_id}`}>
              {nameOf(certificate.renewal_policy_id)}
            </TextLink>,
          ],
          it.version_id
            ? [
                'Version',
                <TextLink key="version" to={`/certificates/${it.certificate_id}/versions`}>
                  <code className="break-all">{it.version_id}</code>
                </TextLink>,
              ]
            : null,
        ]}
      />
    </Panel>
  );
}
