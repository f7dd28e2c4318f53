/** Another process is the collector and does not do its work. The message is for the user: what happened and what to do. */
export class StuckCollectorError extends Error {}
