import React from 'react';

import { ListField } from './ListField';
import type { FieldProps } from './fieldProps';

/** Chooses the labels by which accounts are kept apart. */
export function GroupByField({ query, onChange, slos, eventLabels, variables }: FieldProps) {
  const known = new Set([...slos.flatMap((slo) => slo.groupBy), ...eventLabels]);
  return (
    <ListField
      label="Group by"
      tooltip="Metric labels. Each combination of their values has a budget of its own. Replaces the grouping of the definition."
      placeholder="as defined"
      options={[...variables, ...known]}
      values={query.groupBy}
      onChange={(groupBy) => {
        onChange({ ...query, groupBy });
      }}
    />
  );
}
