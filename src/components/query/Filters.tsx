import { EditorField } from '@grafana/plugin-ui';
import { Button, Combobox, type ComboboxOption, IconButton, Stack } from '@grafana/ui';
import React, { useCallback } from 'react';

import { useLoaded, valueOr } from '../../hooks/useLoaded';
import { labelOptions } from '../../labelOptions';
import { selectors } from '../../selectors';
import type { Filter } from '../../types';
import type { FieldProps } from './fieldProps';

const OPERATORS = ['=', '!=', '=~', '!~'].map((value) => ({ value, label: value }));
const NEW: Filter = { key: '', operator: '=', value: '' };

/** Filters that narrow the SLOs by what defines them, or else the events that are counted. */
export function Filters({ query, onChange, datasource, eventLabels }: FieldProps) {
  const { filters = [], slos } = query;
  const change = (changed: Filter[]) => {
    onChange({ ...query, filters: changed });
  };
  const labels = useLoaded(useCallback(() => datasource.listLabels(), [datasource]));
  const keys = labelOptions(valueOr(labels, []), eventLabels);
  const valuesOf = useCallback((key: string) => datasource.listValues(key, {}, slos), [datasource, slos]);
  return (
    <EditorField
      label="Filters"
      optional
      tooltip="Filters by slo, service, team, objective or a label of definitions select SLOs; by any other label they select the events that count."
    >
      <Stack direction="column" gap={0.5} alignItems="flex-start">
        {filters.map((filter, index) => (
          <FilterRow
            key={index}
            filter={filter}
            keys={keys}
            valuesOf={valuesOf}
            onChange={(changed) => {
              change(filters.with(index, changed));
            }}
            onRemove={() => {
              change(filters.toSpliced(index, 1));
            }}
          />
        ))}
        <Button
          variant="secondary"
          size="sm"
          icon="plus"
          onClick={() => {
            change([...filters, NEW]);
          }}
        >
          Add filter
        </Button>
      </Stack>
    </EditorField>
  );
}

interface FilterRowProps {
  filter: Filter;
  keys: ComboboxOption[];
  valuesOf: (key: string) => Promise<string[]>;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

function FilterRow({ filter, keys, valuesOf, onChange, onRemove }: FilterRowProps) {
  const { key } = filter;
  const values = useLoaded(useCallback(() => (key === '' ? Promise.resolve([]) : valuesOf(key)), [valuesOf, key]));
  return (
    <Stack gap={0.5} alignItems="center" data-testid={selectors.query.filter}>
      <TextChoice
        name="Label of the filter"
        placeholder="label"
        value={key}
        options={keys}
        onChange={(text) => {
          onChange({ ...filter, key: text, value: '' });
        }}
      />
      <Combobox
        aria-label="Operator of the filter"
        width={9}
        options={OPERATORS}
        value={filter.operator}
        onChange={({ value }) => {
          onChange({ ...filter, operator: value });
        }}
      />
      <TextChoice
        name="Value of the filter"
        placeholder="value"
        value={filter.value}
        options={valueOr(values, []).map((text) => ({ value: text, label: text }))}
        onChange={(value) => {
          onChange({ ...filter, value });
        }}
      />
      <IconButton name="times" tooltip="Remove this filter" onClick={onRemove} />
    </Stack>
  );
}

interface TextChoiceProps {
  name: string;
  placeholder: string;
  value: string;
  options: ComboboxOption[];
  onChange: (text: string) => void;
}

function TextChoice({ name, placeholder, value, options, onChange }: TextChoiceProps) {
  return (
    <Combobox
      aria-label={name}
      width={22}
      options={options}
      value={value || null}
      placeholder={placeholder}
      createCustomValue
      onChange={(option) => {
        onChange(option.value);
      }}
    />
  );
}
