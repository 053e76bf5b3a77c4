import type { DataSourceInstanceSettings, DataSourceJsonData } from '@grafana/data';
import { config as grafana, getDataSourceSrv } from '@grafana/runtime';
import { useCallback, useMemo, useState } from 'react';

import type { PromiseDataSource } from '../datasource';
import { useLoaded, valueOr } from './useLoaded';

/** The plugins that ask a server by PromQL. */
const TYPES = ['prometheus', 'grafana-amazonprometheus-datasource', 'grafana-azureprometheus-datasource'];

type Source = DataSourceInstanceSettings;

/** The data sources on which Explore can show PromQL. */
export interface Explore {
  sources: Source[];
  /** The one that is chosen: by a person, or as the only one of the same server. */
  chosen: Source | undefined;
  choose: (uid: string) => void;
}

/** Finds the data sources for Explore, and keeps which one is chosen. */
export function useExplore(datasource: PromiseDataSource): Explore {
  const sources = useMemo(() => (grafana.exploreEnabled ? getDataSourceSrv().getList({ type: TYPES }) : []), []);
  const load = useCallback(async () => {
    const urls = sources.map(address).filter((url) => url !== '');
    const same = urls.length > 0 ? await datasource.whichServer(urls) : [];
    return sources.filter((source) => same.includes(address(source)));
  }, [datasource, sources]);
  const same = valueOr(useLoaded(load), []);
  const [uid, choose] = useState<string>();
  const only = same.length === 1 ? same[0] : undefined;
  return { sources, chosen: sources.find((source) => source.uid === uid) ?? only, choose };
}

/** Grafana tells the address behind its proxy of data sources that ask Prometheus. */
function address({ jsonData }: Source): string {
  return (jsonData as DataSourceJsonData & { directUrl?: string }).directUrl ?? '';
}
