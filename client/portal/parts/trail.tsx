import { Breadcrumbs } from '@mantine/core';
import { useText } from '../app/text.js';
import { LinkAnchor } from './links.js';

interface TrailProps {
  readonly place: { readonly programme: string; readonly integration: string; readonly import?: string };
  /** The integration's; empty while it is not known. */
  readonly name: string;
  /** The import's title, on a page below it. */
  readonly import?: string;
}

const INTEGRATIONS = '/programmes/$programme/integrations';

/** Where a page belongs, from the integrations down. */
export function Trail({ place: { programme, integration, import: id }, name, import: title }: TrailProps) {
  const t = useText();
  const params = { programme, integration };
  return (
    <Breadcrumbs component="nav" aria-label={t('shell.trail')} style={{ flexWrap: 'wrap', rowGap: 4 }} fz="sm">
      <LinkAnchor to={INTEGRATIONS} params={params} size="sm">
        {t('shell.integrations')}
      </LinkAnchor>
      <LinkAnchor to={`${INTEGRATIONS}/$integration`} params={params} size="sm">
        {name === '' ? '…' : name}
      </LinkAnchor>
      {id !== undefined && (
        <LinkAnchor to={`${INTEGRATIONS}/$integration/imports`} params={params} size="sm">
          {t('shell.imports')}
        </LinkAnchor>
      )}
      {title !== undefined && id !== undefined && (
        <LinkAnchor to={`${INTEGRATIONS}/$integration/imports/$import`} params={{ ...params, import: id }} size="sm">
          {title}
        </LinkAnchor>
      )}
    </Breadcrumbs>
  );
}
