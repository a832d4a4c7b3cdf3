import { Button, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Change } from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { fieldLabel } from './field-label.js';
import classes from './imports.module.css';

const FEW = 3;
/** Inside a change these say whether the account is open or whose it is, which its kind says already. */
const TOLD_BY_KIND = ['state', 'integration'];

/** Of an account that is new these stand beside the name. */
const TOLD_BY_PERSON = ['employeeId', 'email', 'username', 'firstName', 'lastName', 'fullName'];

/** Before and after, field by field; of many fields the first ones. */
export function FieldChanges({ fields, isNew = false }: { fields: Change['fields']; isNew?: boolean }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const all = fields.filter(({ name }) => !TOLD_BY_KIND.includes(name) && !(isNew && TOLD_BY_PERSON.includes(name)));
  const shown = isOpen ? all : all.slice(0, FEW);
  return (
    <Stack gap={2} align="flex-start">
      {shown.map(({ name, before, after }) => (
        <Text key={name} size="sm">
          <Text span size="sm" c="dimmed">
            {fieldLabel(name)}:{' '}
          </Text>
          {before !== null && (
            <>
              <del className={classes.was}>{before}</del>{' '}
              <IconArrowRight size={12} aria-label={t('imports.values.becomes')} />{' '}
            </>
          )}
          {after === null ? (
            <Text span size="sm" c="dimmed">
              {t('imports.values.empty')}
            </Text>
          ) : (
            <ins style={{ textDecoration: 'none' }}>{after}</ins>
          )}
        </Text>
      ))}
      {all.length > FEW && (
        <Button variant="transparent" size="compact-xs" px={0} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'imports.values.fewer' : 'imports.values.more', { count: all.length - FEW })}
        </Button>
      )}
    </Stack>
  );
}
