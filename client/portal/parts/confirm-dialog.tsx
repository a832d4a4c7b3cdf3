import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../app/text.js';
import { ProblemAlert } from './problem-alert.js';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** What will happen, before it does. */
  readonly children: ReactNode;
  /** The button says what it does ("Revoke access"), never "OK". */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const t = useText();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <Stack>
        {props.children}
        <ProblemAlert error={props.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('shell.cancel')}
          </Button>
          <Button color={props.isDanger === true ? 'red' : ''} loading={props.isBusy} onClick={props.onConfirm}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
