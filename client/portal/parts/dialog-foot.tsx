import { Button, Group, type ButtonProps } from '@mantine/core';
import { useText } from '../app/text.js';

interface DialogFootProps extends Pick<ButtonProps, 'color'> {
  /** The button says what it does ("Revoke access"), never "OK". */
  readonly action: string;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  /** Absent: the button sends the form that the foot stands in. */
  readonly onAct?: () => void;
}

/** The foot of each dialog: the way out, then what it does. */
export function DialogFoot({ action, color = '', isBusy, onClose, onAct }: DialogFootProps) {
  const t = useText();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        {t('shell.cancel')}
      </Button>
      <Button
        color={color}
        loading={isBusy}
        {...(onAct === undefined ? { type: 'submit' as const } : { onClick: onAct })}
      >
        {action}
      </Button>
    </Group>
  );
}
