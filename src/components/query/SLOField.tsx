import { EditorField } from '@grafana/plugin-ui';
import { type ComboboxOption, MultiCombobox, RadioButtonGroup } from '@grafana/ui';
import React, { useId, useState } from 'react';

import type { PromiseDataSource } from '../../datasource';
import { readSelection, type Selection, writeNames } from '../../selection';
import type { ListedSLO } from '../../types';
import { MatchersInput } from '../matchers/MatchersInput';
import type { FieldProps } from './fieldProps';

type Mode = Selection['kind'];

const MODES: Array<{ label: string; value: Mode; description: string }> = [
  { label: 'Names', value: 'names', description: 'Pick SLOs from a list' },
  { label: 'Matchers', value: 'matchers', description: 'Select by their labels, as PromQL selects series' },
];

interface Props extends FieldProps {
  /** Why the SLOs cannot be listed, if so. */
  failure: string | undefined;
}

/** Selects SLOs: by names from a list, or by matchers. */
export function SLOField({ datasource, query, onChange, slos, variables, failure }: Props) {
  const written = query.slos ?? '';
  const selection = readSelection(written);
  const [preferred, setPreferred] = useState<Mode>(selection.kind);
  // Matchers that are more than a list of names can only be shown as text.
  const mode = selection.kind === 'matchers' ? 'matchers' : preferred;
  const change = (text: string) => {
    onChange({ ...query, slos: text });
  };
  const switchTo = (to: Mode) => {
    setPreferred(to);
    if (to === 'names' && selection.kind === 'matchers') {
      change('');
    }
  };
  return (
    <>
      <EditorField label="Select by">
        <RadioButtonGroup aria-label="Select by" options={MODES} value={mode} onChange={switchTo} />
      </EditorField>
      {selection.kind === 'names' && mode === 'names' ? (
        <Names names={selection.names} slos={slos} variables={variables} failure={failure} onChange={change} />
      ) : (
        <Matchers datasource={datasource} text={written} onChange={change} />
      )}
    </>
  );
}

interface NamesProps {
  names: string[];
  slos: ListedSLO[];
  variables: string[];
  failure: string | undefined;
  onChange: (slos: string) => void;
}

function Names({ names, slos, variables, failure, onChange }: NamesProps) {
  const id = useId();
  return (
    <EditorField
      label="SLOs"
      htmlFor={id}
      width={32}
      invalid={failure !== undefined}
      error={`The SLOs cannot be listed: ${failure ?? ''}`}
    >
      <MultiCombobox
        id={id}
        options={options(names, slos, variables)}
        value={names}
        placeholder="All SLOs"
        // Where the list is at hand, what is typed finds a name in it; otherwise it is the name.
        createCustomValue={failure !== undefined}
        isClearable
        onChange={(chosen) => {
          onChange(writeNames(chosen.map(({ value }) => value)));
        }}
      />
    </EditorField>
  );
}

/** All that can be picked: variables, SLOs, and what was picked before and is gone. */
function options(names: string[], slos: ListedSLO[], variables: string[]): ComboboxOption[] {
  const known = [...variables.map(variableOption), ...slos.map(sloOption)];
  const gone = names.filter((name) => !known.some(({ value }) => value === name));
  return [...known, ...gone.map((value) => ({ value, label: value }))];
}

function sloOption({ name, title, service, team }: ListedSLO): ComboboxOption {
  const description = [title === name ? '' : title, service, team].filter(Boolean).join(' · ');
  return { value: name, label: name, description };
}

function variableOption(name: string): ComboboxOption {
  return { value: name, label: name, description: 'Variable of the dashboard' };
}

interface MatchersProps {
  datasource: PromiseDataSource;
  text: string;
  onChange: (slos: string) => void;
}

function Matchers({ datasource, text, onChange }: MatchersProps) {
  const id = useId();
  return (
    <EditorField
      label="Matchers"
      htmlFor={id}
      width={32}
      tooltip="Match slo, service, team, objective, neededBy (the SLOs that a team depends on) or labels of definitions. Empty selects all SLOs. Variables may have several values."
    >
      <MatchersInput datasource={datasource} id={id} value={text} placeholder='{team="payments"}' onCommit={onChange} />
    </EditorField>
  );
}
