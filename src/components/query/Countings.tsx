import { css } from '@emotion/css';
import type { DataSourceInstanceSettings, GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, LinkButton, Stack, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import { exploreUrl } from '../../explore';
import { selectors } from '../../selectors';
import type { Counting } from '../../types';

interface Props {
  countings: Counting[];
  /** The data source on which Explore shows the PromQL, if one is chosen. */
  source: DataSourceInstanceSettings | undefined;
}

/** How the events of an SLO's objectives are counted. */
export function Countings({ countings, source }: Props) {
  return (
    <Stack direction="column" gap={2}>
      {countings.map((counting) => (
        <OfObjective key={counting.objective} counting={counting} source={source} />
      ))}
    </Stack>
  );
}

function OfObjective({ counting, source }: Pick<Props, 'source'> & { counting: Counting }) {
  const { objective, window, groupBy, bad, total, estimate, error } = counting;
  return (
    <Stack direction="column" gap={0.5}>
      <Text variant="bodySmall" color="secondary">
        {`Objective ${objective}, over ${window}`}
        {groupBy.length ? `, by ${groupBy.join(', ')}` : ''}
      </Text>
      {error && <Text color="error">{error}</Text>}
      {estimate && <Text color="warning">{estimate}</Text>}
      {bad && <PromQL name="Bad events" text={bad} source={source} />}
      {total && <PromQL name="Total events" text={total} source={source} />}
    </Stack>
  );
}

function PromQL({ name, text, source }: Pick<Props, 'source'> & { name: string; text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={0.5}>
      <Stack alignItems="center" justifyContent="space-between">
        <Text variant="bodySmall">{name}</Text>
        <Stack gap={1}>
          {source && (
            <LinkButton
              variant="secondary"
              size="sm"
              icon="compass"
              href={exploreUrl(source, text)}
              target="_blank"
              aria-label={`Open in Explore: ${name}`}
            >
              Explore
            </LinkButton>
          )}
          <ClipboardButton variant="secondary" size="sm" icon="copy" aria-label={`Copy: ${name}`} getText={() => text}>
            Copy
          </ClipboardButton>
        </Stack>
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
