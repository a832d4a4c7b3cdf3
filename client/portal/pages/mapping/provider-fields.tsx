import { Badge, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconGripVertical, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import type { ProviderField } from '../../api/mapping.js';
import { useText } from '../../app/text.js';
import { DRAGGED, fromPath, useMappingEditor } from './editor.js';
import { usedElsewhere } from './mapping-draft.js';
import classes from './mapping.module.css';

/** What the HR system really returns, with what stands in it: to be dragged onto a member field, or chosen there. */
export function ProviderFields() {
  const t = useText();
  const { fields, provider, mayWrite } = useMappingEditor();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = fields.filter((field) =>
    [field.label, field.path, ...field.samples].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <Card component="section" aria-labelledby="provider-fields" p={0} className={classes.provider ?? ''}>
      <Stack gap="sm" p="md" pb="xs">
        <Title order={2} id="provider-fields" size="h3">
          {t('mapping.provider.title', { provider })}
        </Title>
        {mayWrite && (
          <Text size="sm" c="dimmed">
            {t('mapping.provider.text')}
          </Text>
        )}
        <TextInput
          size="sm"
          aria-label={t('mapping.provider.search')}
          placeholder={t('mapping.provider.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </Stack>
      {/* What scrolls can be reached by keyboard. */}
      <div className={classes.list} tabIndex={0} role="group" aria-labelledby="provider-fields">
        <ul className={classes.plain}>
          {found.map((field) => (
            <FieldCard key={field.path} field={field} />
          ))}
        </ul>
        {found.length === 0 && (
          <Text size="sm" c="dimmed" ta="center" py="lg" role="status">
            {t(fields.length === 0 ? 'mapping.provider.none' : 'mapping.provider.notFound', { search })}
          </Text>
        )}
      </div>
    </Card>
  );
}

function FieldCard({ field }: { field: ProviderField }) {
  const t = useText();
  const intl = useIntl();
  const { mapping, mayWrite } = useMappingEditor();
  const used = usedElsewhere(mapping, fromPath(field.path), '');
  return (
    <li
      className={classes.card}
      draggable={mayWrite}
      data-path={field.path}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, fromPath(field.path));
        event.dataTransfer.setData('text/plain', fromPath(field.path));
        event.dataTransfer.effectAllowed = 'copy';
      }}
    >
      {mayWrite && <IconGripVertical size={16} className={classes.grip} aria-hidden />}
      <div className={classes.cardText}>
        <Group gap="xs" justify="space-between" wrap="nowrap" align="baseline">
          <Text size="sm" fw={600}>
            {field.label}
          </Text>
          <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
            {field.samples.length > 0 &&
              t('mapping.filled', { share: intl.formatNumber(field.filled, { style: 'percent' }) })}
          </Text>
        </Group>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {field.samples.length > 0 ? field.samples.join(' · ') : t('mapping.noSamples')}
        </Text>
        {field.dates !== undefined && (
          <Text size="xs" c="dimmed">
            {field.dates.detail}
          </Text>
        )}
        {used.length > 0 && (
          <Badge size="sm" variant="light" tt="none" mt={4} fw={500}>
            {used.join(', ')}
          </Badge>
        )}
      </div>
    </li>
  );
}
