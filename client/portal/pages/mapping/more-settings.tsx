import { Button, Card, Group, List, Radio, Select, Stack, TagsInput, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { useText } from '../../app/text.js';
import { EMPLOYEE_ID } from '../../../api/contract/member-fields.js';
import type { Mapping } from '../../api/shapes.js';
import { fieldOf, fromPath, useMappingEditor } from './editor.js';
import { FromInput } from './from-input.js';
import { labelOf } from './mapping-draft.js';
import classes from './mapping.module.css';

/**
 * What is right by default for most: the role, what identifies a person, and who counts as employed. As long as it is,
 * three lines say so instead of asking; what was chosen otherwise or is wrong stands open.
 */
export function MoreSettings() {
  const t = useText();
  const { mapping, roles, faults, mayWrite } = useMappingEditor();
  const [isWanted, { toggle }] = useDisclosure(!isUsual(mapping, roles));
  const isWrong = ['role', 'syncKey', 'status'].some((setting) => faults.has(setting));
  const isOpen = isWanted || isWrong;
  return (
    <Card p={0} component="section" aria-labelledby="more-settings">
      <Group p="md" justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={4}>
          <Title order={2} size="h3" id="more-settings">
            {t('mapping.more.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('mapping.more.text')}
          </Text>
          {!isOpen && <Summary />}
        </Stack>
        {!isWrong && (
          <Button
            variant="default"
            style={{ flexShrink: 0 }}
            aria-expanded={isOpen}
            aria-describedby="more-settings"
            onClick={toggle}
          >
            {t(isOpen ? 'mapping.more.close' : mayWrite ? 'mapping.more.change' : 'mapping.more.show')}
          </Button>
        )}
      </Group>
      {isOpen && (
        <>
          <RoleSetting />
          <SyncKeySetting />
          <StatusSetting />
        </>
      )}
    </Card>
  );
}

function isUsual({ role, syncKey, status }: Mapping, [first]: readonly string[]): boolean {
  const isFirstRole = role === undefined || ('fixed' in role && role.fixed === first);
  return isFirstRole && syncKey === EMPLOYEE_ID && status === undefined;
}

function Summary() {
  const t = useText();
  const { mapping, roles, fields, provider } = useMappingEditor();
  const { role, syncKey, status } = mapping;
  const named = (from: string) => fieldOf(fields, from)?.label ?? from;
  return (
    <List size="sm" mt="xs">
      <List.Item>
        {role !== undefined && 'from' in role
          ? t('mapping.more.roleFrom', { field: named(role.from) })
          : t('mapping.more.role', { role: role?.fixed ?? roles[0] ?? '' })}
      </List.Item>
      <List.Item>{t('mapping.more.key', { field: labelOf(syncKey, mapping.custom) })}</List.Item>
      <List.Item>
        {status === undefined
          ? t('mapping.more.status', { provider })
          : t('mapping.more.statusFrom', { field: named(status.from) })}
      </List.Item>
    </List>
  );
}

function Setting({ children }: { children: ReactNode }) {
  return (
    <Stack gap="sm" className={classes.addCustom ?? ''}>
      {children}
    </Stack>
  );
}

function RoleSetting() {
  const t = useText();
  const { mapping, change, roles, faults, mayWrite } = useMappingEditor();
  const { role } = mapping;
  const isMapped = role !== undefined && 'from' in role;
  const [first = 'member'] = roles;
  return (
    <Setting>
      <Radio.Group
        label={t('mapping.role.title')}
        description={t('mapping.role.text')}
        value={isMapped ? 'mapped' : 'fixed'}
        readOnly={!mayWrite}
        onChange={(kind) => change({ ...mapping, role: kind === 'mapped' ? { from: '' } : { fixed: first } })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="fixed" label={t('mapping.role.fixed')} disabled={!mayWrite} />
          {!isMapped && (
            <Select
              id="field-role"
              aria-label={t('mapping.role.which')}
              maw="20rem"
              ml="xl"
              allowDeselect={false}
              data={[...roles]}
              value={role !== undefined && 'fixed' in role ? role.fixed : first}
              disabled={!mayWrite}
              error={faults.get('role')}
              onChange={(fixed) => fixed !== null && change({ ...mapping, role: { fixed } })}
            />
          )}
          <Radio value="mapped" label={t('mapping.role.mapped', { roles: roles.join(', ') })} disabled={!mayWrite} />
        </Stack>
      </Radio.Group>
      {isMapped && (
        <FromInput
          id="field-role"
          label={t('mapping.role.from')}
          value={role.from}
          byHand={false}
          placeholder={t('mapping.choose')}
          fault={role.from === '' ? undefined : faults.get('role')}
          onChange={(from) => change({ ...mapping, role: { from } })}
        />
      )}
    </Setting>
  );
}

function SyncKeySetting() {
  const t = useText();
  const { mapping, change, faults, mayWrite } = useMappingEditor();
  const keys = [
    { value: 'employeeId', label: t('mapping.key.employeeId') },
    { value: 'email', label: t('mapping.key.email') },
    ...mapping.custom
      .filter(({ unique }) => unique)
      .map(({ name, label }) => ({ value: `custom.${name}`, label: t('mapping.key.custom', { field: label }) })),
  ];
  return (
    <Setting>
      <Select
        id="field-syncKey"
        label={t('mapping.key.title')}
        description={t('mapping.key.text')}
        maw="32rem"
        allowDeselect={false}
        data={keys}
        value={mapping.syncKey}
        disabled={!mayWrite}
        error={faults.get('syncKey')}
        onChange={(syncKey) => syncKey !== null && change({ ...mapping, syncKey })}
      />
    </Setting>
  );
}

function StatusSetting() {
  const t = useText();
  const { mapping, change, fields, provider, faults, mayWrite } = useMappingEditor();
  const { status } = mapping;
  // What was chosen is not lost by looking at the default again.
  const [before, setBefore] = useState(status ?? { from: '', employed: [], left: [] });
  const samples = status === undefined ? [] : (fieldOf(fields, status.from)?.samples ?? []);
  const set = (next: Partial<typeof before>) => {
    if (status !== undefined) change({ ...mapping, status: { ...status, ...next } });
  };
  return (
    <Setting>
      <Radio.Group
        label={t('mapping.status.title')}
        description={t('mapping.status.text')}
        value={status === undefined ? 'provider' : 'own'}
        readOnly={!mayWrite}
        onChange={(kind) => {
          const { status: present, ...others } = mapping;
          if (present !== undefined) setBefore(present);
          change(kind === 'own' ? { ...others, status: before } : others);
        }}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="provider"
            disabled={!mayWrite}
            label={t('mapping.status.provider', { provider })}
            description={t('mapping.status.providerHelp')}
          />
          <Radio value="own" disabled={!mayWrite} label={t('mapping.status.own')} />
        </Stack>
      </Radio.Group>
      {status !== undefined && (
        <Stack gap="sm" ml={{ base: 0, sm: 'xl' }}>
          <Select
            id="field-status"
            label={t('mapping.status.from')}
            placeholder={t('mapping.choose')}
            searchable
            data={fields.map((field) => ({ value: fromPath(field.path), label: field.label }))}
            value={status.from === '' ? null : status.from}
            disabled={!mayWrite}
            error={status.from === '' ? undefined : faults.get('status')}
            onChange={(from) => set({ from: from ?? '' })}
          />
          {(['employed', 'left'] as const).map((kind) => (
            <TagsInput
              key={kind}
              label={t(`mapping.status.${kind}`)}
              description={t('mapping.status.commas')}
              data={samples.filter((sample) => !status.employed.includes(sample) && !status.left.includes(sample))}
              value={status[kind]}
              splitChars={[',', ';']}
              disabled={!mayWrite}
              onChange={(values) => set({ [kind]: values })}
            />
          ))}
          <Text size="sm" c="dimmed">
            {t('mapping.status.unknown')}
          </Text>
        </Stack>
      )}
    </Setting>
  );
}
