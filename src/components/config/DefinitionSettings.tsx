import { ConfigSection } from '@grafana/plugin-ui';
import { Field, Input, RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import type { DefinitionSettings } from '../../types';
import type { ConfigEditorProps } from './configEditorProps';
import { InlineDefinitions } from './InlineDefinitions';

const SOURCES: Array<{ label: string; value: 'inline' | 'folder' }> = [
  { label: 'Inline', value: 'inline' },
  { label: 'Files', value: 'folder' },
];

/** Says where the definitions of SLOs are. */
export function DefinitionSettings({ options, onOptionsChange }: ConfigEditorProps) {
  const { jsonData, readOnly, uid } = options;
  const definitions = jsonData.definitions ?? {};
  const change = (changed: DefinitionSettings) => {
    onOptionsChange({ ...options, jsonData: { ...jsonData, definitions: { ...definitions, ...changed } } });
  };
  const source = definitions.source ?? 'inline';
  return (
    <ConfigSection
      title="Definitions"
      description="SLOs as YAML: OpenSLO, Sloth and Pyrra files work as they are. Write them here, or keep them in a folder on the Grafana server, which is read again within a minute of a change."
    >
      <Field label="Source" disabled={readOnly}>
        <RadioButtonGroup
          aria-label="Source"
          options={SOURCES}
          value={source}
          onChange={(value) => {
            change({ source: value });
          }}
        />
      </Field>
      {source === 'inline' ? (
        <InlineDefinitions
          uid={uid}
          text={definitions.inline ?? ''}
          readOnly={readOnly}
          onChange={(inline) => {
            change({ inline });
          }}
        />
      ) : (
        <FolderField
          folder={definitions.folder ?? ''}
          readOnly={readOnly}
          onChange={(folder) => {
            change({ folder });
          }}
        />
      )}
      <Field
        label="Period of Sloth"
        description="The period that Sloth is run with (--default-slo-period), which its files do not say. Empty is that of the AlertWindows among the definitions, or 30d."
        disabled={readOnly}
      >
        <Input
          id="promise-sloth-period"
          width={20}
          value={definitions.slothPeriod ?? ''}
          placeholder="30d"
          onChange={(event) => {
            change({ slothPeriod: event.currentTarget.value.trim() || undefined });
          }}
        />
      </Field>
    </ConfigSection>
  );
}

interface FolderFieldProps {
  folder: string;
  readOnly: boolean;
  onChange: (folder: string) => void;
}

function FolderField({ folder, readOnly, onChange }: FolderFieldProps) {
  const outside = leadsOut(folder);
  return (
    <Field
      label="Folder"
      description="A path below the folder that the administrator allows with definitions_root, in the section [plugin.promise-slo-datasource] of Grafana's configuration. Empty, or a dot, means that folder itself. Paths and links cannot lead out of it."
      invalid={outside}
      error="Write a path relative to the allowed folder, without .. in it, such as payments/slos"
      disabled={readOnly}
    >
      <Input
        id="promise-definitions-folder"
        width={64}
        value={folder}
        placeholder="."
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    </Field>
  );
}

function leadsOut(folder: string): boolean {
  return folder.startsWith('/') || folder.split('/').includes('..');
}
