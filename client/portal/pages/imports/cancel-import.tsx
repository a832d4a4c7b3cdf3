import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { cancelImport, importQuery, type Import, type ImportPlace } from '../../api/imports.js';
import { useText } from '../../app/text.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { isLook } from '../../parts/import-words.js';

/** From here on accounts are changed: what was done stays. */
const CHANGING: readonly Import['phase'][] = ['provision', 'notify', 'done'];

export function CancelImport({ place, run }: { place: ImportPlace; run: Import }) {
  const t = useText();
  const client = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure();
  const { queryKey } = importQuery(place.programme, place.integration, place.import);
  const cancel = useMutation({
    mutationFn: () => cancelImport(place),
    onSuccess: (cancelled) => {
      client.setQueryData(queryKey, cancelled);
      void client.invalidateQueries({ queryKey });
      notifications.show({ message: t('imports.cancel.told') });
      close();
    },
  });
  const isReview = isLook(run);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('imports.cancel.open')}
      </Button>
      <ConfirmDialog
        opened={isOpen}
        title={t('imports.cancel.title')}
        action={t('imports.cancel.confirm')}
        isDanger
        isBusy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
        onClose={close}
      >
        <Text>
          {t(
            isReview
              ? 'imports.cancel.review'
              : CHANGING.includes(run.phase)
                ? 'imports.cancel.changed'
                : 'imports.cancel.unchanged',
          )}
        </Text>
      </ConfirmDialog>
    </>
  );
}
