import { Badge, Card, Group, Spoiler, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { fieldsQuery } from '../../api/connecting.js';
import { useText } from '../../app/text.js';
import type { AuthorizeProps } from './authorize-page.js';

/** Three rows of fields, whole. */
const SHOWN = 72;

/** That the access works: how many people it sees, and which of their fields. */
export function SeenCard({ programme, integration, provider }: AuthorizeProps) {
  const t = useText();
  const fields = useQuery(fieldsQuery(programme, integration.id));
  const { seen } = integration;
  if (seen === null) return null;
  const names = fields.data?.map(({ label }) => label) ?? [];
  return (
    <Card component="section" aria-label={t('connect.seen.title', { provider: provider.name })}>
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon color="green" variant="light" radius="xl" aria-hidden>
            <IconCheck size={18} />
          </ThemeIcon>
          <Title order={2}>{t('connect.seen.title', { provider: provider.name })}</Title>
        </Group>
        <Text role="status">
          {t(seen.exact ? 'connect.seen.exact' : 'connect.seen.atLeast', {
            people: seen.people,
            fields: seen.fields.length,
          })}
        </Text>
        <Spoiler maxHeight={SHOWN} showLabel={t('connect.seen.all')} hideLabel={t('connect.seen.fewer')}>
          <Group gap={6}>
            {[...new Set(names)].map((name) => (
              <Badge key={name} variant="default" radius="sm" tt="none" fw={500}>
                {name}
              </Badge>
            ))}
          </Group>
        </Spoiler>
        <Text size="sm" c="dimmed">
          {t('connect.seen.nothingYet')}
        </Text>
      </Stack>
    </Card>
  );
}
