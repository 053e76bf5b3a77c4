import { type DataSourceInstanceSettings, locationUtil, urlUtil } from '@grafana/data';

/** The page on which Explore asks a Prometheus data source for the value of PromQL as of now. */
export function exploreUrl({ uid, type }: DataSourceInstanceSettings, expr: string): string {
  const queries = [{ refId: 'A', datasource: { uid, type }, expr, instant: true, range: false }];
  const panes = { promise: { datasource: uid, queries, range: { from: 'now-1h', to: 'now' } } };
  return locationUtil.assureBaseUrl(urlUtil.renderUrl('/explore', { schemaVersion: 1, panes: robust(panes) }));
}

/**
 * JSON that means the same after its URL is decoded: Grafana's links are, once
 * or more, before they are followed, and a + or & of PromQL would be lost.
 */
function robust(value: unknown): string {
  return JSON.stringify(value).replace(/\\[^u]|[%&#+]/g, (text) => {
    const code = String(JSON.parse(`"${text}"`)).charCodeAt(0);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
