import { EditorField } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import React, { useId } from 'react';

import type { ListedSLO } from '../../types';
import type { FieldProps } from './fieldProps';

/** Narrows the selection to objectives of a name. */
export function ObjectiveField({ query, onChange, slos, variables }: FieldProps) {
  const id = useId();
  return (
    <EditorField label="Objective" htmlFor={id} width={20} optional tooltip="Select only objectives of this name.">
      <Combobox
        id={id}
        width={24}
        options={[...variables.map((value) => ({ value, label: value })), ...objectives(slos)]}
        value={query.objective ? { value: query.objective, label: query.objective } : null}
        placeholder="All objectives"
        isClearable
        onChange={(option) => {
          onChange({ ...query, objective: option?.value ?? '' });
        }}
      />
    </EditorField>
  );
}

function objectives(slos: ListedSLO[]) {
  const titles = new Map(slos.flatMap((slo) => slo.objectives).map(({ name, title }) => [name, title]));
  return [...titles].map(([value, title]) => ({
    value,
    label: value,
    description: title === value ? undefined : title,
  }));
}
