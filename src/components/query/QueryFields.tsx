import { EditorRow } from '@grafana/plugin-ui';
import React, { useCallback } from 'react';

import type { PromiseDataSource } from '../../datasource';
import { useEventLabels } from '../../hooks/useEventLabels';
import { useLoaded, valueOr } from '../../hooks/useLoaded';
import { isQueryType, type OptionalField, QUERY_TYPES } from '../../queryTypes';
import type { PromiseQuery } from '../../types';
import { Filters } from './Filters';
import { LabelField, TopField } from './ContributorFields';
import type { FieldProps } from './fieldProps';
import { GroupByField } from './GroupByField';
import { LookbacksField } from './LookbacksField';
import { MinShareField } from './MinShareField';
import { ObjectiveField } from './ObjectiveField';
import { SeverityField } from './SeverityField';
import { SLOField } from './SLOField';
import { SinceField, TargetsField } from './TargetFields';
import { ThresholdField } from './ThresholdField';

interface Props {
  datasource: PromiseDataSource;
  query: PromiseQuery;
  onChange: (query: PromiseQuery) => void;
}

/** All fields of a query that its type has. */
export function QueryFields({ datasource, query, onChange }: Props) {
  const listed = useLoaded(useCallback(() => datasource.listSLOs(), [datasource]));
  const shown = isQueryType(query.queryType) ? QUERY_TYPES[query.queryType].fields : [];
  const has = (field: OptionalField) => shown.includes(field);
  const props: FieldProps = {
    query,
    onChange,
    datasource,
    slos: valueOr(listed, []),
    eventLabels: useEventLabels(datasource, query.slos, has('groupBy')),
    variables: datasource.variableNames(),
  };
  return (
    <>
      <EditorRow>
        <SLOField {...props} failure={listed.state === 'failed' ? listed.error : undefined} />
        <ObjectiveField {...props} />
      </EditorRow>
      {shown.length > 0 && (
        <EditorRow>
          {has('label') && <LabelField {...props} />}
          {has('top') && <TopField {...props} />}
          {has('targets') && <TargetsField {...props} />}
          {has('since') && <SinceField {...props} />}
          {has('severity') && <SeverityField {...props} />}
          {has('minShare') && <MinShareField {...props} />}
          {has('threshold') && <ThresholdField {...props} />}
          {has('lookbacks') && <LookbacksField {...props} />}
          {has('groupBy') && <GroupByField {...props} />}
          {has('filters') && <Filters {...props} />}
        </EditorRow>
      )}
    </>
  );
}
