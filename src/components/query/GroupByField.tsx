import React from 'react';

import { ListField } from './ListField';
import type { FieldProps } from './fieldProps';

/** Chooses the labels by which accounts are kept apart. */
export function GroupByField({ query, onChange, slos, eventLabels, variables }: FieldProps) {
  const known = new Set([...slos.flatMap((slo) => slo.groupBy), ...eventLabels]);
  return (
    <ListField
      label="Group by"
      tooltip="Labels of the metrics behind the SLOs. Each combination of their values has a budget of its own, instead of those that the definition says."
      placeholder="as defined"
      options={[...variables, ...known]}
      values={query.groupBy}
      onChange={(groupBy) => {
        onChange({ ...query, groupBy });
      }}
    />
  );
}
