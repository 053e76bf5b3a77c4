import { EditorField } from '@grafana/plugin-ui';
import { Combobox, Stack, Text } from '@grafana/ui';
import React, { useId } from 'react';

import { isQueryType, QUERY_TYPES } from '../../queryTypes';
import { selectors } from '../../selectors';
import type { QueryType } from '../../types';

const OPTIONS = Object.entries(QUERY_TYPES).map(([value, { label, group, explanation }]) => ({
  value: value as QueryType,
  label,
  group,
  description: explanation,
}));

interface Props {
  value: QueryType | undefined;
  onChange: (type: QueryType) => void;
}

/** Chooses the type of a query, and says what comes back. */
export function TypeField({ value, onChange }: Props) {
  const id = useId();
  return (
    <Stack alignItems="flex-end" gap={2}>
      <EditorField label="Query type" htmlFor={id} width={26}>
        <Combobox
          id={id}
          options={OPTIONS}
          value={value ?? null}
          placeholder="Choose a query type"
          onChange={(option) => {
            onChange(option.value);
          }}
        />
      </EditorField>
      <Explanation value={value} />
    </Stack>
  );
}

function Explanation({ value }: { value: string | undefined }) {
  return (
    <div data-testid={selectors.query.explanation} role="note">
      <Text color="secondary" variant="bodySmall">
        {isQueryType(value) ? QUERY_TYPES[value].explanation : 'Choose a query type to run the query.'}
      </Text>
    </div>
  );
}
