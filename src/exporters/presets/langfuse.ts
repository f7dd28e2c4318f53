/** Langfuse: its keys come in pairs. Without the version header spans show up minutes late. At home: `url: http://localhost:3000`. */
import type { Preset } from './preset.ts';

export const langfuse: Preset = {
  id: 'langfuse',
  title: 'Langfuse',
  url: 'https://{region}',
  path: '/api/public/otel/v1/traces',
  regions: { eu: 'cloud.langfuse.com', us: 'us.cloud.langfuse.com', jp: 'jp.cloud.langfuse.com' },
  needs: [
    { key: 'keyId', title: 'public key (pk-lf-…)', variable: 'LANGFUSE_PUBLIC_KEY' },
    { key: 'apiKey', title: 'secret key (sk-lf-…)', variable: 'LANGFUSE_SECRET_KEY', isSecret: true },
  ],
  headers: { authorization: 'Basic base64({keyId}:{apiKey})', 'x-langfuse-ingestion-version': '4' },
  projectAsService: true,
  docs: 'https://langfuse.com/integrations/native/opentelemetry',
};
