import { Button, Combobox, Stack, Text } from '@grafana/ui';
import React, { useCallback, useId, useState } from 'react';

import type { PromiseDataSource } from '../../datasource';
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
  const [chosen, setChosen] = useState<string>();
  if (listed.state !== 'done') {
    return <Text color="secondary">{listed.state === 'failed' ? listed.error : 'Looking for the SLOs…'}</Text>;
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
          aria-label="SLO whose PromQL is shown"
          width={40}
          options={names.map((value) => ({ value, label: value }))}
          value={shown}
          onChange={({ value }) => {
            setChosen(value);
          }}
        />
      )}
      <OfSLO datasource={datasource} slo={shown} />
    </Stack>
  );
}

function OfSLO({ datasource, slo }: { datasource: PromiseDataSource; slo: string }) {
  const loaded = useLoaded(useCallback(() => datasource.preview(slo), [datasource, slo]));
  if (loaded.state !== 'done') {
    return <Text color="secondary">{loaded.state === 'failed' ? loaded.error : 'Writing the PromQL…'}</Text>;
  }
  return <Countings countings={loaded.value} />;
}
