/** What secrets are called where they were taken out: `[redacted:<kind>]`. A mark of any other name may be what somebody wrote. */
export const SECRET_KINDS: readonly string[] = [
  'age-key', 'anthropic-key', 'aws-access-key-id', 'azure-sas', 'databricks-token', 'digitalocean-token', 'docker-token', 'github-token', 'gitlab-token', 'google-api-key', 'google-token', 'grafana-token',
  'groq-key', 'huggingface-token', 'langfuse-key', 'linear-key', 'npm-token', 'openai-key', 'openrouter-key', 'pypi-token', 'sendgrid-key', 'shopify-token', 'slack-token', 'slack-webhook', 'stripe-key',
  'telegram-token', 'vault-token', 'xai-key',
  'private-key', 'jwt', 'bearer-token', 'basic-credentials', 'authorization', 'url-password', 'password', 'secret', 'token', 'credential',
  'api-key', 'access-key', 'account-key', 'signing-key', 'encryption-key', 'auth-key', 'license-key',
];
