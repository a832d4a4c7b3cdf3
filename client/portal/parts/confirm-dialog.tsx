import { Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../app/text.js';
import { DialogFoot } from './dialog-foot.js';
import { ProblemAlert } from './problem-alert.js';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** What will happen, before it does. */
  readonly children: ReactNode;
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
        <DialogFoot
          action={props.action}
          {...(props.isDanger === true ? { color: 'red' } : {})}
          isBusy={props.isBusy}
          onClose={props.onClose}
          onAct={props.onConfirm}
        />
      </Stack>
    </Modal>
  );
}
