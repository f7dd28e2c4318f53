/** How long a span took, as a plain SELECT says it, in ms. `span`: a name of the table in it. */

/** What the agent measured itself. */
export const measured = (span: string): string => `CAST(${span}.data ->> '$.values.ownDurationNano.$n' AS REAL) / 1e6`;
/** From its start to its end, where both are told. */
export const seen = (span: string): string => `CASE WHEN coalesce(${span}.data ->> '$.provenance.times', '') <> 'estimated' THEN (${span}.end_unix_nano - ${span}.start_unix_nano) / 1e6 END`;
