import { EditorField } from '@grafana/plugin-ui';
import { Button, Combobox, IconButton, Stack } from '@grafana/ui';
import React, { useCallback } from 'react';

import type { PromiseDataSource } from '../../datasource';
import { useLoaded, valueOr } from '../../hooks/useLoaded';
import { selectors } from '../../selectors';
import type { Filter } from '../../types';
import type { FieldProps } from './QueryFields';

const OPERATORS = ['=', '!=', '=~', '!~'].map((value) => ({ value, label: value }));
const NEW: Filter = { key: '', operator: '=', value: '' };

interface Props extends FieldProps {
  datasource: PromiseDataSource;
}

/** Filters that narrow the SLOs by what defines them, or else the events that are counted. */
export function Filters({ query, onChange, datasource }: Props) {
  const filters = query.filters ?? [];
  const change = (changed: Filter[]) => {
    onChange({ ...query, filters: changed });
  };
  return (
    <EditorField
      label="Filters"
      optional
      tooltip="By slo, service, team, objective and the labels of definitions they narrow the SLOs; by any other label they narrow the events that are counted."
    >
      <Stack direction="column" gap={0.5} alignItems="flex-start">
        {filters.map((filter, index) => (
          <FilterRow
            key={index}
            datasource={datasource}
            filter={filter}
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
  datasource: PromiseDataSource;
  filter: Filter;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

function FilterRow({ datasource, filter, onChange, onRemove }: FilterRowProps) {
  const { key } = filter;
  const keys = useLoaded(useCallback(() => datasource.listLabels(), [datasource]));
  const values = useLoaded(
    useCallback(() => (key === '' ? Promise.resolve([]) : datasource.listValues(key)), [datasource, key])
  );
  return (
    <Stack gap={0.5} alignItems="center" data-testid={selectors.query.filter}>
      <TextChoice
        name="Label of the filter"
        placeholder="label"
        value={key}
        options={valueOr(keys, [])}
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
        options={valueOr(values, [])}
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
  options: string[];
  onChange: (text: string) => void;
}

function TextChoice({ name, placeholder, value, options, onChange }: TextChoiceProps) {
  return (
    <Combobox
      aria-label={name}
      width={22}
      options={options.map((text) => ({ value: text, label: text }))}
      value={value || null}
      placeholder={placeholder}
      createCustomValue
      onChange={(option) => {
        onChange(option.value);
      }}
    />
  );
}
