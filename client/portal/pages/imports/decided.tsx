import { Card, List, Text, Title } from '@mantine/core';
import type { ImportPlace } from '../../api/imports.js';
import type { Question } from '../../api/questions.js';
import { useText, Words } from '../../app/text.js';
import { LinkAnchor } from '../../parts/links.js';
import { Moment } from '../../parts/moment.js';

/** Who has decided what, and the run that carries it out. */
export function Decided({ place, question: { decisions } }: { place: ImportPlace; question: Question }) {
  const t = useText();
  if (decisions.length === 0) return null;
  return (
    <Card component="section" aria-labelledby="decided">
      <Title order={2} id="decided" mb="sm">
        {t('decisions.decided.title')}
      </Title>
      <List spacing={6}>
        {decisions.map(({ decision, at, by, people, import: run }) => (
          <List.Item key={`${at}-${decision}`}>
            <Text>
              <Words
                id={`decisions.decided.${decision}`}
                values={{
                  count: people,
                  who: by.name ?? t(`decisions.decided.by.${by.kind}`),
                  at: <Moment at={at} />,
                }}
              />{' '}
              {run !== null && (
                <LinkAnchor
                  to="/programmes/$programme/integrations/$integration/imports/$import"
                  params={{ programme: place.programme, integration: place.integration, import: run }}
                >
                  {t('decisions.decided.run')}
                </LinkAnchor>
              )}
            </Text>
          </List.Item>
        ))}
      </List>
    </Card>
  );
}
