import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, Stack, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import { selectors } from '../../selectors';
import type { Counting } from '../../types';

/** How the events of an SLO's objectives are counted. */
export function Countings({ countings }: { countings: Counting[] }) {
  return (
    <Stack direction="column" gap={2}>
      {countings.map((counting) => (
        <OfObjective key={counting.objective} counting={counting} />
      ))}
    </Stack>
  );
}

function OfObjective({ counting }: { counting: Counting }) {
  const { objective, window, groupBy, bad, total, estimate, error } = counting;
  return (
    <Stack direction="column" gap={0.5}>
      <Text variant="bodySmall" color="secondary">
        {`Objective ${objective}, over ${window}`}
        {groupBy?.length ? `, by ${groupBy.join(', ')}` : ''}
      </Text>
      {error && <Text color="error">{error}</Text>}
      {estimate && <Text color="warning">{estimate}</Text>}
      {bad && <PromQL name="Bad events" text={bad} />}
      {total && <PromQL name="Total events" text={total} />}
    </Stack>
  );
}

function PromQL({ name, text }: { name: string; text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={0.5}>
      <Stack alignItems="center" justifyContent="space-between">
        <Text variant="bodySmall">{name}</Text>
        <ClipboardButton variant="secondary" size="sm" icon="copy" aria-label={`Copy: ${name}`} getText={() => text}>
          Copy
        </ClipboardButton>
      </Stack>
      <pre className={styles.code} tabIndex={0} aria-label={`PromQL: ${name}`} data-testid={selectors.query.promql}>
        {text}
      </pre>
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  code: css({
    margin: 0,
    maxHeight: theme.spacing(30),
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
