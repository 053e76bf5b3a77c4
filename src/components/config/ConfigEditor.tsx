import {
  Auth,
  AuthMethod,
  ConnectionSettings,
  convertLegacyAuthProps,
  DataSourceDescription,
} from '@grafana/plugin-ui';
import { config as grafana } from '@grafana/runtime';
import { Alert, Divider, SecureSocksProxySettings } from '@grafana/ui';
import React from 'react';

import type { PromiseOptions } from '../../types';
import { AdvancedSettings } from './AdvancedSettings';
import type { ConfigEditorProps } from './configEditorProps';
import { DefinitionSettings } from './DefinitionSettings';
import { LimitSettings } from './LimitSettings';

/** Configures a data source: the server, its credentials, the definitions, and settings with good defaults. */
export function ConfigEditor(props: ConfigEditorProps) {
  const { options, onOptionsChange } = props;
  return (
    <>
      <DataSourceDescription
        dataSourceName="SLO Promise"
        docsLink="https://github.com/promise-slo/promise-slo-datasource"
        hasRequiredFields
      />
      <Divider />
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        description="The server that holds your metrics: anything that speaks the Prometheus HTTP API, such as Prometheus, Mimir, Thanos, VictoriaMetrics or Cortex."
        urlLabel="Server URL"
        urlPlaceholder="http://localhost:9090"
        urlTooltip="As Grafana reaches it, with the path before /api/v1, such as https://mimir.example.com/prometheus"
      />
      <Divider />
      <IdentityWarning options={options.jsonData} />
      <Auth
        {...convertLegacyAuthProps({ config: options, onChange: onOptionsChange })}
        visibleMethods={[AuthMethod.NoAuth, AuthMethod.BasicAuth]}
      />
      <Divider />
      <DefinitionSettings {...props} />
      <Divider />
      <AdvancedSettings {...props} />
      <Divider />
      <LimitSettings {...props} />
      {grafana.secureSocksDSProxyEnabled && (
        <SecureSocksProxySettings options={options} onOptionsChange={onOptionsChange} />
      )}
    </>
  );
}

function IdentityWarning({ options }: { options: PromiseOptions }) {
  if (!options.oauthPassThru && !options.keepCookies?.length) {
    return null;
  }
  return (
    <Alert title="User identities cannot be forwarded" severity="error">
      All users share the stored answers. Turn off the forwarding of OAuth identities and cookies, and give the data
      source credentials of its own.
    </Alert>
  );
}
