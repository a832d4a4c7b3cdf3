import { Anchor, Button, Collapse, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useText } from '../../app/text.js';
import type { AuthorizeProps } from './authorize-page.js';
import { CredentialForm } from './credential-form.js';

/**
 * Where the account is linked on the vendor's own page. It is opened by loading a page anew, since that one alone may
 * load the vendor's script; a token that somebody was given otherwise can be typed.
 */
export function LinkDoor(props: AuthorizeProps) {
  const t = useText();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { programme, integration, provider } = props;
  return (
    <Stack align="flex-start">
      <Text size="sm">{t('connect.link.text', { provider: provider.name })}</Text>
      <Button component="a" href={`/programmes/${programme}/integrations/${integration.id}/link`}>
        {t('connect.link.open', { provider: provider.name })}
      </Button>
      <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={isOpen}>
        {t('connect.link.typed')}
      </Anchor>
      <Collapse expanded={isOpen} w="100%">
        <CredentialForm {...props} />
      </Collapse>
    </Stack>
  );
}
