import { useNetwork } from '@mantine/hooks';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { eventsAddress, importQuery, type Import, type ImportPlace } from '../../api/imports.js';
import { integrationQuery } from '../../api/integrations.js';

/** While no stream of events comes; and while an ended import still waits for a decision. */
const POLL_MS = 2_000;
const WAITING_MS = 10_000;
/** A stream that was refused is not asked for again by the browser itself. */
const REOPEN_MS = 5_000;

export interface Followed {
  readonly query: UseQueryResult<Import>;
  /** Nothing comes in at present: what is shown is what was known at `query.dataUpdatedAt`. */
  readonly isLost: boolean;
}

/** An import as it goes on: by its stream of events, and by asking again and again while there is none. */
export function useFollowedImport(place: ImportPlace): Followed {
  const [isStreaming, setStreaming] = useState(false);
  const { online } = useNetwork();
  const query = useQuery({
    ...importQuery(place.programme, place.integration, place.import),
    refetchInterval: ({ state: { data } }) => {
      if (data?.state === 'waiting-for-approval') return WAITING_MS;
      if (typeof data?.endedAt === 'string') return false;
      return isStreaming ? false : POLL_MS;
    },
  });
  const isRunning = query.data?.endedAt === null;
  useEvents(place, isRunning && online, setStreaming);
  return { query, isLost: isRunning && (!online || (!isStreaming && query.failureCount > 0)) };
}

function useEvents(
  { programme, integration, import: id }: ImportPlace,
  isWanted: boolean,
  tell: (is: boolean) => void,
) {
  const client = useQueryClient();
  useEffect(() => {
    if (!isWanted) return undefined;
    const place = { programme, integration, import: id };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource | undefined;
    const take = ({ data }: MessageEvent<string>) => {
      client.setQueryData(importQuery(programme, integration, id).queryKey, JSON.parse(data) as Import);
    };
    const open = () => {
      source = new EventSource(eventsAddress(place));
      source.addEventListener('open', () => tell(true));
      source.addEventListener('progress', take);
      source.addEventListener('end', (event: MessageEvent<string>) => {
        source?.close();
        take(event);
        // What lists and heads say of it is old now.
        void client.invalidateQueries({ queryKey: ['imports', programme, integration] });
        void client.invalidateQueries({ queryKey: integrationQuery(programme, integration).queryKey });
      });
      source.addEventListener('error', () => {
        tell(false);
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return () => {
      clearTimeout(timer);
      source?.close();
      tell(false);
    };
  }, [client, programme, integration, id, isWanted, tell]);
}
