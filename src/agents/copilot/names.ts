/** Names that several files of this room share. */

export const AGENT = 'copilot';

/** Prefix of the attributes that only Copilot has. */
export const PREFIX = 'copilot.';
