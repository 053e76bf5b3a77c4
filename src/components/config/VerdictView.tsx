import type { GrafanaTheme2 } from '@grafana/data';
import { css } from '@emotion/css';
import { Alert, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import type { Loaded } from '../../hooks/useLoaded';
import { selectors } from '../../selectors';
import type { ListedSLO, ListedProblem, Verdict } from '../../types';

/** Says what was found in a document, in words that are read out as they change. */
export function VerdictView({ verdict }: { verdict: Loaded<Verdict | undefined> }) {
  return (
    <div role="status" data-testid={selectors.config.verdict}>
      <Found verdict={verdict} />
    </div>
  );
}

function Found({ verdict }: { verdict: Loaded<Verdict | undefined> }) {
  if (verdict.state === 'failed') {
    return (
      <Alert title="The text was not checked" severity="warning">
        {verdict.error}
      </Alert>
    );
  }
  if (verdict.state === 'loading') {
    return <Text color="secondary">Checking the text…</Text>;
  }
  return verdict.value ? <Findings verdict={verdict.value} /> : <Text color="secondary">No definitions yet.</Text>;
}

function Findings({ verdict: { problems, slos } }: { verdict: Verdict }) {
  const broken = problems.some((problem) => problem.severity === 'error');
  return (
    <>
      {problems.length > 0 && (
        <Alert title={counted(problems.length, 'problem')} severity={broken ? 'error' : 'warning'}>
          <Problems problems={problems} />
        </Alert>
      )}
      <Text color="secondary">{summary(slos)}</Text>
    </>
  );
}

function Problems({ problems }: { problems: ListedProblem[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {problems.map((problem) => (
        <li key={problem.text} data-testid={selectors.config.problem}>
          <strong>{place(problem)}</strong> {problem.message}
          {problem.hint && <>; {problem.hint}</>}
        </li>
      ))}
    </ul>
  );
}

function place({ line, field, severity }: ListedProblem): string {
  const parts = [severity === 'error' ? '' : severity, line > 0 ? `line ${line}` : '', field].filter(Boolean);
  return parts.length === 0 ? '' : `${capitalized(parts.join(', '))}:`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function summary(slos: ListedSLO[]): string {
  const names = slos.map(({ name }) => name).join(', ');
  return slos.length === 0
    ? 'No SLO can be read from this text.'
    : `${counted(slos.length, 'SLO')} can be read: ${names}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    margin: 0,
    paddingLeft: theme.spacing(2),
    overflowWrap: 'anywhere',
    '& li + li': { marginTop: theme.spacing(1) },
  }),
});
