import type { QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';
import React, { type ReactNode, useCallback } from 'react';

import { PromiseDataSource } from '../../datasource';
import { useLoaded, valueOr } from '../../hooks/useLoaded';
import { type Group, QUERY_TYPES, withType } from '../../queryTypes';
import { selectors } from '../../selectors';
import type { PromiseQuery, QueryType } from '../../types';
import { EXAMPLES, selectionExamples } from './examples';

const TYPES = Object.keys(QUERY_TYPES) as QueryType[];
const GROUPS = [...new Set(TYPES.map((type) => QUERY_TYPES[type].group))];

/** Other fields, and what it means. */
const FIELDS: Array<[string, string]> = [
  ['Objective', 'selects one of several objectives.'],
  ['Lookbacks', 'are the ranges over which burn rates and SLIs count, such as 1h or 7d.'],
  ['Group by', 'gives each value of a label, such as each region, a budget of its own.'],
  ['Filters', 'select SLOs by their labels, and events by any other label. Ad hoc filters of a dashboard do the same.'],
  [
    'Variables',
    'work in every field. One with several values matches any of them: {team="$team"} needs no =~. Query variables list SLOs, objectives, services, teams and label values.',
  ],
];

type Ask = (query: PromiseQuery) => void;

/** Explains the query types and how to select SLOs, with examples to click. */
export function QueryHelp({ datasource, query, onClickExample }: QueryEditorHelpProps<PromiseQuery>) {
  return (
    <div data-testid={selectors.query.help}>
      <Stack direction="column" gap={3}>
        <Text element="p">
          A query answers one question about the SLOs that it selects. Click an example to run it for the SLOs of your
          query.
        </Text>
        {GROUPS.map((group) => (
          <Types key={group} group={group} query={query} onAsk={onClickExample} />
        ))}
        <Selections datasource={datasource} query={query} onAsk={onClickExample} />
        <Section title="Other fields">
          {FIELDS.map(([name, meaning]) => (
            <Text key={name} element="p">
              <strong>{name}</strong> {meaning}
            </Text>
          ))}
        </Section>
      </Stack>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        {children}
      </Stack>
    </section>
  );
}

function Types({ group, query, onAsk }: { group: Group; query: PromiseQuery; onAsk: Ask }) {
  return (
    <Section title={group}>
      {TYPES.filter((type) => QUERY_TYPES[type].group === group).map((type) => (
        <div key={type}>
          <Text element="p">
            <strong>{QUERY_TYPES[type].label}.</strong> {QUERY_TYPES[type].explanation}
          </Text>
          <ExampleButton
            text={EXAMPLES[type].question}
            onClick={() => {
              onAsk({ ...withType(query, type), ...EXAMPLES[type].fields });
            }}
          />
        </div>
      ))}
    </Section>
  );
}

interface SelectionsProps {
  datasource: QueryEditorHelpProps<PromiseQuery>['datasource'];
  query: PromiseQuery;
  onAsk: Ask;
}

function Selections({ datasource, query, onAsk }: SelectionsProps) {
  const listed = useLoaded(
    useCallback(
      () => (datasource instanceof PromiseDataSource ? datasource.listSLOs() : Promise.resolve([])),
      [datasource]
    )
  );
  return (
    <Section title="Selecting SLOs">
      <Text element="p">An empty field selects all SLOs. Otherwise write a name or label matchers:</Text>
      {selectionExamples(valueOr(listed, [])[0]).map(({ slos, meaning }) => (
        <Stack key={slos} alignItems="center" gap={1} wrap="wrap">
          <ExampleButton
            text={slos}
            onClick={() => {
              onAsk({ ...query, queryType: query.queryType ?? 'status', slos });
            }}
          />
          <Text>{meaning}</Text>
        </Stack>
      ))}
    </Section>
  );
}

function ExampleButton({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <Button variant="secondary" size="sm" icon="play" onClick={onClick}>
      {text}
    </Button>
  );
}
