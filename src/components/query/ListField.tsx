import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';
import React, { useId } from 'react';

interface Props {
  label: string;
  tooltip: string;
  placeholder: string;
  options: string[];
  values: string[] | undefined;
  error?: string;
  onChange: (values: string[]) => void;
}

/** A list of texts, picked or typed; often it is left empty. */
export function ListField({ label, tooltip, placeholder, options, values, error, onChange }: Props) {
  const id = useId();
  return (
    <EditorField
      label={label}
      htmlFor={id}
      width={24}
      optional
      tooltip={tooltip}
      invalid={error !== undefined}
      error={error}
    >
      <MultiCombobox
        id={id}
        options={options.map((value) => ({ value, label: value }))}
        value={values ?? []}
        placeholder={placeholder}
        createCustomValue
        isClearable
        onChange={(chosen) => {
          onChange(chosen.map(({ value }) => value));
        }}
      />
    </EditorField>
  );
}
