import type { DataSourceInstanceSettings } from '@grafana/data';
import { Button, Combobox, Stack, Text } from '@grafana/ui';
import React, { useCallback, useId, useState } from 'react';

import type { PromiseDataSource } from '../../datasource';
import { type Explore, useExplore } from '../../hooks/useExplore';
import { useLoaded } from '../../hooks/useLoaded';
import { selectors } from '../../selectors';
import { Countings } from './Countings';

interface Props {
  datasource: PromiseDataSource;
  slos: string;
}

/** The PromQL behind the selected SLOs, shown when a person asks for it. */
export function Preview({ datasource, slos }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div>
      <Button
        variant="secondary"
        fill="text"
        size="sm"
        icon={open ? 'angle-down' : 'angle-right'}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => {
          setOpen(!open);
        }}
      >
        PromQL behind it
      </Button>
      <div id={id} data-testid={selectors.query.preview}>
        {open && <Selected datasource={datasource} slos={slos} />}
      </div>
    </div>
  );
}

function Selected({ datasource, slos }: Props) {
  const listed = useLoaded(useCallback(() => datasource.listSLOs(slos), [datasource, slos]));
  const explore = useExplore(datasource);
  const [chosen, setChosen] = useState<string>();
  if (listed.state !== 'done') {
    return <Text color="secondary">{listed.state === 'failed' ? listed.error : 'Loading SLOs…'}</Text>;
  }
  const names = listed.value.map(({ name }) => name);
  const shown = chosen !== undefined && names.includes(chosen) ? chosen : names[0];
  if (shown === undefined) {
    return <Text color="secondary">No SLO is selected.</Text>;
  }
  return (
    <Stack direction="column" gap={1}>
      {names.length > 1 && (
        <Combobox
          aria-label="SLO of the PromQL"
          width={40}
          options={names.map((value) => ({ value, label: value }))}
          value={shown}
          onChange={({ value }) => {
            setChosen(value);
          }}
        />
      )}
      {explore.sources.length > 0 && <ExploreOn explore={explore} />}
      <OfSLO datasource={datasource} slo={shown} source={explore.chosen} />
    </Stack>
  );
}

/** Chooses where the PromQL is opened in Explore. */
function ExploreOn({ explore: { sources, chosen, choose } }: { explore: Explore }) {
  return (
    <Combobox
      aria-label="Prometheus data source for Explore"
      width={40}
      prefixIcon="compass"
      options={sources.map(({ uid, name }) => ({ value: uid, label: name }))}
      value={chosen?.uid ?? null}
      placeholder="Open in Explore"
      onChange={({ value }) => {
        choose(value);
      }}
    />
  );
}

interface OfSLOProps {
  datasource: PromiseDataSource;
  slo: string;
  source: DataSourceInstanceSettings | undefined;
}

function OfSLO({ datasource, slo, source }: OfSLOProps) {
  const loaded = useLoaded(useCallback(() => datasource.preview(slo), [datasource, slo]));
  if (loaded.state !== 'done') {
    return <Text color="secondary">{loaded.state === 'failed' ? loaded.error : 'Loading PromQL…'}</Text>;
  }
  return <Countings countings={loaded.value} source={source} />;
}
